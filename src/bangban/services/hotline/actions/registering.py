"""Taking an order, reading it back, registering it (GB33358-5.1.2.4-a, 5.1.2.5)."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.registry.org.models import Staff
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.actions.saving import Saved, save
from bangban.services.hotline.finding import words_of
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.reads.catalogue import category
from bangban.services.hotline.rules_intake import missing_facts, title_from
from bangban.services.hotline.terms import ReplyChannel, SubjectKind

__all__ = ["Saved", "become_agent", "confirm", "register", "save", "take"]
BY_PHONE = (ReplyChannel.TELEPHONE, ReplyChannel.SMS)


def take(actor: Actor, number: str) -> WorkOrder:
    """Take an order that came in without a call; of two who take it one wins (GB33358-3.2).

    A manager may take over what an agent left lying; the event keeps who had it.
    """
    with order_deed(actor, number, "take") as deed:
        order = deed.record
        if order.agent_id == actor.staff_id:
            raise NotAllowed("您已经受理了这张工单，请继续填写。", state=order.state)
        if order.agent_id is not None and "hotline_manager" not in actor.duties:
            raise NotAllowed(f"这张工单已由{order.agent_number}号话务员受理。", state=order.state)
        if order.agent_id is not None:
            deed.tell(former_agent=order.agent_id)
        become_agent(deed)
    return deed.record


def become_agent(deed: Deed[WorkOrder]) -> None:
    """Make the acting member of staff the one who takes the order; nobody has two open forms of one call."""
    order, staff_id = deed.record, deed.actor.staff_id
    assert staff_id is not None
    if order.call_id is not None and order.state == "registering":
        own = WorkOrder.objects.filter(call_id=order.call_id, agent_id=staff_id, state="registering").first()
        if own is not None:
            raise NotAllowed(f"这通电话您已经在登记{own.number}，请先登记完那一张。", state=order.state)
    work_number = Staff.objects.values_list("work_number", flat=True).get(id=staff_id)
    deed.change(agent_id=staff_id, agent_number=work_number)


def confirm(actor: Actor, number: str, confirmed: bool) -> WorkOrder:
    """Store whether the person agreed to the summary read back (GB33358-4.3.2-c); later changes ask for it anew."""
    with order_deed(actor, number, "confirm", {"confirmed": confirmed}) as deed:
        deed.change(summary_confirmed=bool(confirmed))
        deed.tell(confirmed=bool(confirmed))
    return deed.record


def register(actor: Actor, number: str) -> WorkOrder:
    """Register an order: from now on its number stands and the two working days until transfer run (GB33358-5.2.2.1).

    Raises NotAllowed with the condition that is not met, Incomplete with the guiding questions still open, or when the
    person could not be reached for an answer.
    """
    with order_deed(actor, number, "register") as deed:
        order = deed.record
        known = category(order.category_id)
        problems = missing_facts(known.questions if known else (), order.facts, order.skipped_facts)
        if order.wished_reply in BY_PHONE and not order.contact_phone and order.subject_kind != SubjectKind.ANONYMOUS:
            problems["contact_phone"] = "请填写联系电话；对方不愿留下联系方式的，请把身份选为“匿名”或改选其他答复方式。"
        if problems:
            raise Incomplete("登记前还有内容要补齐。", fields=problems)
        if order.agent_id is None:
            become_agent(deed)
        if not order.title:
            deed.change(title=title_from(order.request or order.course), words=words_of(order))
        deed.change(registered_at=deed.at)
        deed.tell(
            kind=order.kind, category=known.code if known else "", skipped=sorted(order.skipped_facts),
            confirmed=order.summary_confirmed, region=order.region,
        )  # fmt: skip
    return deed.record
