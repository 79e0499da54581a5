"""The words by which an order is found: of its matter and of all that was done with it, and marks of its people (GB33358-5.5.2).

Marks stand beside the words: a surname, the last digits of the telephone and of the number (words.py).
"""

from __future__ import annotations

from collections.abc import Iterable

from bangban.foundation.flows.deed import Deed
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import place
from bangban.services.hotline.models import Assignment, Reply, Visit, WorkOrder
from bangban.services.hotline.reads.catalogue import category
from bangban.services.hotline.rules_intake import MATTER
from bangban.services.hotline.words import NUMBER, PHONE, SURNAME, TAIL, digests, mark, surname

VERSION = 2
"""By which rules the words were made; older ones are made anew by a chore."""
HANDLING = frozenset({
    "answer", "dispatch", "redispatch", "designate", "redo", "sign", "sign_part", "report_part", "reply", "complete", "visit",
    "return", "return_part", "take", "respond", "register", "refuse", "decline_redo",
})  # fmt: skip
"""The steps after which an order is found by more words."""


def words_of(order: WorkOrder, staff: Iterable[str] | None = None) -> list[int]:
    """Return the digests by which an order that is being taken is found: its matter, class, agent, and marks of its caller.

    `staff` are the names of its people when they are known; they are looked up otherwise.
    """
    matter = digests(text for text in (*(getattr(order, name) for name in MATTER), *order.facts.values()) if text)
    return sorted({*matter, *digests(_named(order, staff)), *_marks(order)})


def words_of_all(order: WorkOrder) -> list[int]:
    """Return the digests of all that stands on an order, with its replies, units and call-backs: three queries."""
    parts = list(Assignment.objects.filter(order=order))
    replies, visits = list(Reply.objects.filter(order=order)), list(Visit.objects.filter(order=order))
    return sorted({*words_of(order), *_done(order, replies, visits, parts)})


def refresh(work: Deed[WorkOrder]) -> None:
    """Add the words of a step to those by which its order is found; what was said once is found ever after."""
    if work.kind.partition(".")[2] not in HANDLING:
        return
    rows = (work.writes.rows(Reply), work.writes.rows(Visit), work.writes.rows(Assignment))
    found = sorted(
        {*work.record.words, *digests(_named(work.record)), *_marks(work.record), *_done(work.record, *rows)}
    )
    if found != work.record.words:
        work.change(words=found)


def _done(order: WorkOrder, replies: Iterable[Reply], visits: Iterable[Visit], parts: Iterable[Assignment]) -> set[int]:
    """Return the digests of what was done; each part is counted by itself, so that a long one leaves room for the others."""
    units = {place(one.unit_id) for one in parts} | {place(order.lead_unit_id)}
    signed = Staff.objects.filter(id__in=[one.signed_by_id for one in parts if one.signed_by_id]).values_list(
        "name", flat=True
    )
    texts = [
        [order.handling_text], [order.result_text], [order.transfer_opinion, order.path_told],
        [unit.name for unit in units if unit], list(signed),
        *([one.text, one.proof] for one in replies), *([one.text, *one.reasons] for one in visits),
        *([one.opinion, one.reason] for one in parts),
    ]  # fmt: skip
    return {one for group in texts for one in digests(filter(None, group))}


def _named(order: WorkOrder, names: Iterable[str] | None = None) -> list[str]:
    """Return the names that stand on an order beside its text: class, agent, handler, the unit complained about."""
    known, about = category(order.category_id), place(order.about_unit_id)
    staff = [one for one in (order.agent_id, order.handler_id) if one]
    if names is None:
        names = Staff.objects.filter(id__in=staff).values_list("name", flat=True) if staff else ()
    return [*([known.name, known.path] if known else []), *([about.name] if about else []), *names, order.agent_number]


def _marks(order: WorkOrder) -> list[int]:
    found = [mark(NUMBER, order.number[-TAIL:])]
    if order.contact_phone:
        found.append(mark(PHONE, order.contact_phone[-TAIL:]))
    if order.contact_name:
        found.append(mark(SURNAME, surname(order.contact_name)))
    return found
