"""What stands beside the form while somebody talks: the phrases that fit now, and what is still to be asked.

GB33358-A, 4.3.2-e, 5.1.2.4-a, 5.2.2.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bangban.registry.knowledge.reads import phrases
from bangban.registry.knowledge.views import PhraseView
from bangban.registry.org.reads import place
from bangban.services.hotline.defaults import PATHS
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.phrases import PREFIX, SITUATIONS, key_of
from bangban.services.hotline.reads.catalogue import category
from bangban.services.hotline.rules_intake import missing_facts
from bangban.services.hotline.terms import COMPLAINTS, NEEDS_MATTER, NEEDS_UNIT, Kind, Refusal, Source, Urgency

ALWAYS = ("hold", "resume", "unclear", "emotional")
PARTS = {"happened": "时间", "place": "地点", "course": "过程", "present_state": "现状", "request": "要求"}
MATTER = {
    "happened": "事情是什么时候发生的？",
    "place": "在什么地方？请说到路名和门牌。",
    "course": "经过是怎样的？",
    "present_state": "现在是什么情况？",
    "request": "您希望怎样解决？",
}


@dataclass(frozen=True)
class Phrase:
    """One phrase with its gaps filled as far as the order tells; what nobody knows yet stays as …."""

    situation: str
    label: str
    text: str
    version: int


@dataclass(frozen=True)
class GuidingQuestion:
    """One thing to ask: `field` is what the form saves it as, `skip` the field for the reason not to ask it."""

    field: str
    ask: str
    required: bool
    answer: str = ""
    skip: str = ""
    reason: str = ""

    @property
    def open(self) -> bool:
        """Tell whether it is still to be asked."""
        return not (self.answer or self.reason)


@dataclass(frozen=True)
class Talk:
    """What an agent has beside the form."""

    phrases: tuple[Phrase, ...]
    questions: tuple[GuidingQuestion, ...]


def talk(order: WorkOrder, fills: Mapping[str, str] | None = None) -> Talk:
    """Return the phrases of the moment, the most fitting first, and the guiding questions. No query of its own but the order's.

    `fills` gives values for gaps that the order does not know (agreed, dial).
    """
    return Talk(phrases_for(_situations(order), {**_gaps(order), **(fills or {})}), questions(order))


def phrases_for(codes: tuple[str, ...], fills: Mapping[str, str]) -> tuple[Phrase, ...]:
    """Return the approved phrases of some situations (codes without `hotline.`), filled."""
    known = {view.situation: view for view in phrases() if view.situation.startswith(PREFIX)}
    return tuple(_filled(known[PREFIX + code], fills) for code in dict.fromkeys(codes) if PREFIX + code in known)


def all_phrases() -> tuple[PhraseView, ...]:
    """Return every phrase of the hotline that is in use, in the order of a call; situations of a house's own come last."""
    place = {key_of(one.code): number for number, one in enumerate(SITUATIONS)}
    found = [one for one in phrases() if one.situation.startswith(PREFIX)]
    return tuple(sorted(found, key=lambda one: (place.get(one.situation, len(place)), one.key)))


def path_for(refusal: str) -> str:
    """Return the way that is proposed to be told with a refusal (F3.02)."""
    return PATHS.get(Refusal(refusal), "") if refusal in Refusal.values else ""


def questions(order: WorkOrder) -> tuple[GuidingQuestion, ...]:
    """Return what the matter and its class ask, with what is known (GB33358-5.1.2.4-a)."""
    needed = order.kind in NEEDS_MATTER
    matter = (
        [GuidingQuestion(name, ask, needed, getattr(order, name)) for name, ask in MATTER.items()] if needed else []
    )
    known = category(order.category_id)
    own = [
        GuidingQuestion(
            f"fact.{one.code}", one.ask, one.required, order.facts.get(one.code, ""), f"skip.{one.code}",
            order.skipped_facts.get(one.code, ""),
        )
        for one in (known.questions if known else ())
    ]  # fmt: skip
    return (*matter, *own)


def lacking(order: WorkOrder) -> tuple[tuple[str, str], ...]:
    """Return what an order still lacks before it can be registered: field of the form and what it is called (5.2.2.1)."""
    empty: list[tuple[str, str, object]] = [("kind", "诉求类型", order.kind)]
    if order.kind in NEEDS_MATTER:
        empty += [(name, label, getattr(order, name)) for name, label in PARTS.items()]
    else:
        empty.append(("request", "要求", order.request or order.course))
    if order.kind == Kind.COMPLAINT:
        empty += [("about_unit", "被投诉的单位", order.about_unit_id), ("aspect", "反映方面", order.aspect)]
    if order.kind in COMPLAINTS:
        empty.append(("confidential", "是否保密", order.confidential is not None))
    known = category(order.category_id)
    asked = missing_facts(known.questions if known else (), order.facts, order.skipped_facts)
    asks = {f"fact.{one.code}": one.ask for one in (known.questions if known else ())}
    return (
        *((name, label) for name, label, value in empty if not value),
        *((name, asks[name]) for name in asked),
    )


def _situations(order: WorkOrder) -> tuple[str, ...]:
    """Return the codes of the situations that the order is in."""
    if order.state == "registering":
        return _while_registering(order)
    if order.state == "registered":
        way = (
            ("three_party", "transfer", "agreed_reply")
            if order.kind in NEEDS_UNIT
            else ("direct_answer", "three_party")
        )
        return (*_emergency(order), *way, "anything_else", "end", *ALWAYS)
    if order.state in ("completed", "visited"):
        return ("visit_opening", "visit_process", "visit_result", "visit_end", "emotional")
    return ("agreed_reply", "emotional", "end")


def _while_registering(order: WorkOrder) -> tuple[str, ...]:
    begun = bool(order.request or order.course)
    first = ("greeting", "recording") if order.source == Source.TELEPHONE else ("message_response",)
    codes: list[str] = [*_emergency(order), *(() if begun else first)]
    codes += ["guide"] if begun else ["ask_need"]
    if not order.contact_name:
        codes.append("ask_name")
    if order.kind in COMPLAINTS and order.confidential is None:
        codes.insert(0, "confidential")
    if begun and order.summary_confirmed is not True:
        codes.append("read_back")
    return (*codes, *ALWAYS, "silent", "abusive", "nuisance", "other_language", "refuse")


def _emergency(order: WorkOrder) -> tuple[str, ...]:
    return ("emergency",) if order.urgency == Urgency.EMERGENCY else ()


def _gaps(order: WorkOrder) -> dict[str, str]:
    lead = place(order.lead_unit_id or order.about_unit_id)
    parts = (order.happened, order.place, order.course, order.present_state, order.request)
    return {
        "agent_number": order.agent_number,
        "name": order.contact_name,
        "number": order.number,
        "unit": lead.name if lead else "责任单位",
        "summary": "，".join(part.rstrip("。，") for part in parts if part),
    }


def _filled(view: PhraseView, fills: Mapping[str, str]) -> Phrase:
    text = view.text
    for name, value in fills.items():
        text = text.replace("{" + name + "}", value or "…")
    for name in ("dial", "agreed", "days"):
        text = text.replace("{" + name + "}", "…")
    return Phrase(view.situation.removeprefix(PREFIX), view.label, text, view.revision)
