"""Between the two houses of one platform: a case becomes an order, a consultation becomes a case (T637-6.1.5-f, BJ-4.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Model

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.actions import link
from bangban.foundation.ledger.models import Link
from bangban.foundation.ledger.writes import Writes
from bangban.services.cases.actions import NewCase, open_case, post_message
from bangban.services.cases.models import Case, OutOfScope
from bangban.services.cases.reads import get_case
from bangban.services.conversation.models import Kind as Line
from bangban.services.hotline.actions.door import order_deed, seen
from bangban.services.hotline.actions.incoming import Incoming, original
from bangban.services.hotline.actions.opening import NewOrder, open_order
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.parties import parties_of
from bangban.services.hotline.rules_intake import LONGEST
from bangban.services.hotline.terms import COMPLAINTS, Kind, Source, SubjectKind

TO_HOTLINE, TO_CASE = "passed_to_hotline", "passed_to_guidance"
HOTLINE_CLASSES = (OutOfScope.COMPLAINT, OutOfScope.POLICY_OF_THE_DAY, OutOfScope.OTHER)
KIND_OF = {OutOfScope.POLICY_OF_THE_DAY: Kind.CONSULTATION.value}
"""A complaint or report is sorted by the agent, who has to ask about secrecy; the class alone does not tell which."""
SUBJECTS = {"legal_person": SubjectKind.COMPANY.value, "other_organization": SubjectKind.ORGANISATION.value}


@dataclass(frozen=True)
class Passed:
    """The record that somebody's matter has passed into, and whether it is new."""

    number: str
    new: bool


def offers_order(case: Case) -> bool:
    """Tell whether a case ended with the direction to 12345, so that its person is offered an order now (BJ-4.2)."""
    return case.out_of_scope_class in HOTLINE_CLASSES


def order_from_case(
    actor: Actor, case_number: str, confidential: bool | None = None, rows: Sequence[Model] = ()
) -> Passed:
    """Pass a case to the hotline with everything that was told; the same case again gives the same open order.

    The case's code opens the order as well, and both show each other. Whoever may see the case may do it: its person,
    and staff in its service. Raises NotYours, NotAllowed when the case was not directed to 12345.
    """
    case = get_case(actor, case_number)
    if not offers_order(case):
        raise NotAllowed("这件办件没有引导到12345热线；需要热线受理的，请直接向热线反映。", state=case.state)
    with transaction.atomic():
        Case.objects.select_for_update().get(id=case.id)
        if known := _linked_order(case):
            return Passed(known.number, False)
        order = _open_order(actor, case, confidential, rows)
        _link_both(order, case, TO_HOTLINE, case_first=True)
        _tell_case(case, f"已按您的要求转为12345热线工单，编号{order.number}，内容和联系方式一并转交，查询码不变。")
    return Passed(order.number, True)


def _linked_order(case: Case) -> WorkOrder | None:
    to = Link.objects.filter(from_id=case.id, to_type=WorkOrder.record_type, why=TO_HOTLINE).values("to_id")
    return WorkOrder.objects.filter(id__in=to).exclude(state="withdrawn").order_by("-received_at").first()


def _open_order(actor: Actor, case: Case, confidential: bool | None, rows: Sequence[Model]) -> WorkOrder:
    secret = confidential if confidential is not None else (True if case.confidential else None)
    text = case.question[: LONGEST["request"]]

    def also(order: WorkOrder, code: str) -> list[Model]:
        order.token_digest = case.token_digest
        order.person_id = case.person_id
        told = Incoming(Source.WEBSITE, f"{case.number}:{order.number}", case.contact_phone, "case", text=case.question)
        return [original(told, order, None), *rows]

    new = NewOrder(
        source=Source.WEBSITE, medium="case", phone=case.contact_phone, name=case.contact_name[:50], text=text,
        kind=KIND_OF.get(OutOfScope(case.out_of_scope_class), ""), confidential=secret, region=_region(case),
        subject_kind=SUBJECTS.get(case.user_kind, SubjectKind.PERSON.value), person_id=case.person_id,
        title=(case.need_summary or case.question).split("\n")[0][: LONGEST["title"]],
    )  # fmt: skip
    by = SYSTEM if actor.is_staff else actor
    return open_order(by, new, also=also).order


def _region(case: Case) -> str:
    return case.region if case.region.isdigit() and len(case.region) in (6, 9, 12) else ""


def case_from_order(actor: Actor, number: str, need: str = "") -> Passed:
    """Pass a consultation that 12345 took into guidance, without its person repeating it (T637-6.1.5-f).

    The case waits in the queue of the city's guides, with `need` (the agent's note) before the words of the order; the
    order's code opens it as well. The same order again gives the same case. Raises NotYours, NotAllowed for complaints.
    """
    seen(actor, number)
    with transaction.atomic():
        order = WorkOrder.objects.select_for_update(of=("self",)).get(number=number)
        if parties_of(order, actor).isdisjoint({"agent", "desk", "manager"}):
            raise NotYours("没有找到这张工单，请核对编号。")
        if known := _linked_case(order):
            return Passed(known, False)
        if order.kind in COMPLAINTS:
            raise NotAllowed("投诉举报由热线转办，不转导办帮办。", state=order.state)
        case = _open_case(actor, order, need)
        _link_both(order, case, TO_CASE, case_first=False)
    return Passed(case.number, True)


def _linked_case(order: WorkOrder) -> str:
    to = Link.objects.filter(from_id=order.id, to_type=Case.record_type, why=TO_CASE).values("to_id")
    return Case.objects.filter(id__in=to).exclude(state="withdrawn").values_list("number", flat=True).first() or ""


def _open_case(actor: Actor, order: WorkOrder, need: str) -> Case:
    told = [need.strip(), order.request, order.course, f"地点：{order.place}" if order.place else ""]
    question = "\n".join(filter(None, told))[:2000]
    if len(question.strip()) < 2:
        raise Incomplete("请先写下诉求内容再转导办。", fields={"request": "请先写下诉求内容。"})

    def also(case: Case, code: str) -> list[Model]:
        case.token_digest = order.token_digest
        case.person_id = order.person_id
        return []

    new = NewCase(
        question=question, phone=order.contact_phone, name=order.contact_name, channel="hotline",
        user_kind={v: k for k, v in SUBJECTS.items()}.get(order.subject_kind, "natural_person"),
        region=order.region, confidential=bool(order.confidential), human_reason="hotline",
    )  # fmt: skip
    return open_case(actor, new, also=also).case


def _link_both(order: WorkOrder, case: Case, why: str, *, case_first: bool) -> None:
    writes = Writes()
    first, second = (case, order) if case_first else (order, case)
    link(writes, first, second, why, now())
    writes.run()
    with order_deed(SYSTEM, order.number, "_link") as deed:
        deed.tell(other=case.number, why=why)


def _tell_case(case: Case, text: str) -> None:
    """Say it in the talk of the case while it can still be said; a closed loop only carries the link."""
    try:
        with transaction.atomic():
            post_message(SYSTEM, case.number, text, client_id=f"order:{case.number}", kind=Line.TEXT)
    except NotAllowed:
        return
