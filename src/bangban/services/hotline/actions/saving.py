"""Filling the form while the talk goes on: each field by itself, nothing typed is lost (GB33358-5.1.2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Condition
from bangban.foundation.privacy.crypto import blind_index
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import place
from bangban.services.hotline import flow
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.emergency_words import Alarm, emergency_in
from bangban.services.hotline.finding import VERSION, words_of
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.reads.catalogue import category
from bangban.services.hotline.rules_intake import (
    CLEANERS,
    FIELDS,
    GROUPS,
    LOOKED_UP,
    MATTER,
    QUESTION,
    Wrong,
    answer_text,
    as_text,
)
from bangban.services.hotline.terms import NEEDS_UNIT, Urgency

KEPT_TRUE: tuple[tuple[Condition, tuple[str, ...]], ...] = (
    (flow.KIND, ("kind",)),
    (flow.REQUEST, ("request", "course")),
    (flow.MATTER, ("kind", "happened", "place", "course", "present_state", "request")),
    (flow.ABOUT, ("kind", "about_unit", "aspect")),
    (flow.ASKED, ("kind", "confidential")),
)
"""What a registered order must go on to fulfil, and the fields that each condition looks at."""
FOUND_BY = ("category_id", "contact_name", "contact_phone")
"""What an order is found by beside its matter."""


@dataclass(frozen=True)
class Saved:
    """What became of each field: stored as it now stands, changed by another meanwhile, or wrong with its sentence.

    `alarm` is the emergency that the new words tell of, if any.
    """

    version: int
    saved: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    alarm: Alarm | None = None


def save(actor: Actor, number: str, changes: Mapping[str, object], base: Mapping[str, str] | None = None) -> Saved:
    """Store the given fields of an order that is being taken, each by itself.

    Fields are those of `rules_intake.FIELDS`, `fact.CODE` for the answer to a guiding question and `skip.CODE` for the
    reason why it was not asked. `base` holds what the sender saw before: a field that
    another changed meanwhile is a conflict, shown and not overwritten. A wrong value never keeps the others from being
    stored. Raises NotYours, NotAllowed after intake.
    """
    try:
        with order_deed(actor, number, "_save") as deed:
            form = Form(deed.record)
            for name, value in _single(changes).items():
                form.take(name, value, None if base is None else base.get(name))
            form.keep_true()
            if not form.changes:
                raise _Nothing(form.result())
            form.apply(deed)
    except _Nothing as nothing:
        return nothing.saved
    return form.result()


class _Nothing(Exception):
    """No field changed; leaves the transaction without an event."""

    def __init__(self, saved: Saved) -> None:
        super().__init__()
        self.saved = saved


def _single(changes: Mapping[str, object]) -> dict[str, object]:
    """Return facts given as one mapping as fields of their own."""
    found = {name: value for name, value in changes.items() if name not in GROUPS.values()}
    for short, group in GROUPS.items():
        given = changes.get(group)
        found |= {f"{short}.{code}": answer for code, answer in given.items()} if isinstance(given, Mapping) else {}
    return found


class Form:
    """One save: what the order holds, what is wanted, and what came of it."""

    def __init__(self, order: WorkOrder) -> None:
        self.order = order
        self.before: dict[str, Any] = {}
        self.changes: dict[str, Any] = {}
        self.saved: dict[str, str] = {}
        self.conflicts: dict[str, str] = {}
        self.problems: dict[str, str] = {}
        self.alarm: Alarm | None = None

    def take(self, name: str, value: object, base: str | None) -> None:
        """Judge one field."""
        if name not in FIELDS and not QUESTION.fullmatch(name):
            self.problems[name] = "表单没有这一项，请刷新页面后再填。"
            return
        stands = self._stands(name)
        try:
            wanted = self._cleaned(name, value)
        except Wrong as wrong:
            self.problems[name] = str(wrong)
            return
        if wanted == stands:
            self.saved[name] = self._shown(name, stands)
        elif base is not None and _as_typed(base) != _as_typed(self._shown(name, stands)):
            self.conflicts[name] = self._shown(name, stands)
        else:
            self.before[name], self.changes[name] = stands, wanted
            self._set(name, wanted)

    def keep_true(self) -> None:
        """Take back, in an order that is registered, what would undo the registration (GB33358-5.1.2.5-c)."""
        if self.order.state != "registered":
            return
        for condition, names in KEPT_TRUE:
            if condition.test(self.order):
                continue
            for name in [name for name in names if name in self.changes]:
                self._set(name, self.before.pop(name))
                del self.changes[name]
                self.problems[name] = condition.unmet

    def apply(self, deed: Deed[WorkOrder]) -> None:
        """Hand the changes to the deed, with what follows from them."""
        order, changed = self.order, {_attribute(name) for name in self.changes}
        values: dict[str, Any] = {name: getattr(order, name) for name in changed}
        if "contact_phone" in changed:
            values["phone_index"] = blind_index(order.contact_phone, "phone") if order.contact_phone else None
        if "contact_name" in changed:
            values["name_index"] = blind_index(order.contact_name, "name") if order.contact_name else None
        if "confidential" in changed:
            values["confidential_asked_at"] = order.confidential_asked_at or deed.at
        if changed & {*MATTER, *FOUND_BY, "facts"}:
            values |= {"words": words_of(order), "words_version": VERSION}
        if changed & {*MATTER, "facts"}:
            if order.summary_confirmed:
                values["summary_confirmed"] = None
            self._watch(values)
        deed.change(**values)
        deed.tell(fields=sorted(self.changes))
        if "kind" in self.changes and self.before["kind"] in NEEDS_UNIT and self.changes["kind"] not in NEEDS_UNIT:
            deed.tell(lowered_from=self.before["kind"])
        if self.alarm:
            deed.tell(emergency=self.alarm.emergency_class, dial=self.alarm.number)
        self.saved |= {name: self._shown(name, value) for name, value in self.changes.items()}

    def result(self) -> Saved:
        """Return what the page shows."""
        return Saved(self.order.version, self.saved, self.conflicts, self.problems, self.alarm)

    def _watch(self, values: dict[str, Any]) -> None:
        """Raise the urgency when new words tell of an emergency; words that were there before do so only once."""
        for name in self.changes:
            new = str(self.changes[name]) if name in MATTER or name.startswith("fact.") else ""
            if (alarm := emergency_in(new)) and not emergency_in(str(self.before[name] or "")):
                self.alarm = alarm
        if self.alarm and "urgency" not in self.changes:
            values["urgency"] = self.order.urgency = Urgency.EMERGENCY
            self.saved["urgency"] = Urgency.EMERGENCY.value

    def _stands(self, name: str) -> Any:
        held, code = getattr(self.order, _attribute(name)), name.partition(".")[2]
        return held.get(code, "") if code else held

    def _set(self, name: str, value: Any) -> None:
        attribute, code = _attribute(name), name.partition(".")[2]
        if code:
            known = {key: answer for key, answer in getattr(self.order, attribute).items() if key != code}
            value = {**known, code: value} if value else known
        setattr(self.order, attribute, value)

    def _cleaned(self, name: str, value: object) -> Any:
        if name in CLEANERS:
            return CLEANERS[name](value)
        if name in LOOKED_UP:
            return _looked_up(name, value)
        return answer_text(value)

    def _shown(self, name: str, value: Any) -> str:
        if name == "category":
            known = category(value)
            return known.code if known else ""
        if name == "about_staff_number" and value is not None:
            return Staff.objects.values_list("work_number", flat=True).get(id=value)
        return as_text(value)


def _as_typed(text: str) -> str:
    """Return a text as a page shows it: lines of a message may end otherwise, and are still the same words."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _attribute(name: str) -> str:
    group = name.partition(".")[0]
    return GROUPS.get(group) or LOOKED_UP.get(name) or name


def _looked_up(name: str, value: object) -> int | None:
    if value in (None, ""):
        return None
    if name == "category":
        return _category(value)
    if name == "about_staff_number":
        return _holder(str(value).strip())
    if not str(value).isascii() or not str(value).isdigit() or len(str(value)) > 18:
        raise Wrong("请从列表中选择。")
    wanted = int(str(value))
    if name == "about_unit":
        if place(wanted) is None:
            raise Wrong("没有找到这个单位，请从列表中选择。")
    elif not Staff.objects.filter(id=wanted, active=True).exists():
        raise Wrong("没有找到这位工作人员，请从列表中选择。")
    return wanted


def _category(value: object) -> int:
    """Return the id of a class given by its code (text) or id (number)."""
    known = category(value if isinstance(value, int) else str(value).strip())
    if known is None or not known.active:
        raise Wrong("没有这个事项分类，请从列表中选择。")
    return known.id


def _holder(work_number: str) -> int:
    found = Staff.objects.filter(work_number=work_number).values_list("id", flat=True).first()
    if found is None:
        raise Wrong("没有这个工号的工作人员，请核对；不清楚的先写在过程里。")
    return found
