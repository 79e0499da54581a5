"""The flow of a loan, to read aloud: out → returned, or written off when it never comes back (DB23-6.7.5)."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.flows.flow import Flow, Input, Transition, register
from bangban.services.counter.models.loans import Loan

LOAN_STATES = {"out": "已借出", "returned": "已归还", "written_off": "未归还，已核销"}


def of_loan(loan: Loan, actor: Actor) -> frozenset[str]:
    """Return what the actor is to a loan: at the desk of this hall, its manager, or a stranger."""
    if actor.kind == "system":
        return frozenset({"system"})
    if not actor.is_staff or actor.unsigned or not may(actor, "counter.log"):
        return frozenset()
    found = {"desk"} if actor.unit_id == loan.body_id else set()
    manages = (found and "hall_manager" in actor.duties) or loan.body_id in actor.subtree
    return frozenset(found | ({"manager"} if manages else set()))


LOAN_LINES = (
    Transition("return", "归还", ("out",), "returned", ("desk", "manager"),
        asks=(Input("remark", "备注", required=False),), visibility="staff", clause="DB23-6.7.5"),
    Transition("extend", "续借", ("out",), None, ("desk", "manager"), asks=(Input("due_at", "归还时间"),),
        visibility="staff", clause="DB23-6.7.5"),
    Transition("write_off", "核销", ("out",), "written_off", ("manager",), asks=(Input("reason", "理由"),),
        visibility="staff", clause="DB23-6.7.5"),
    Transition("_reveal", "查看联系方式", ("out",), None, ("desk", "manager"), visibility="staff",
        clause="T637-5-g"),
)  # fmt: skip

LOAN = register(
    Flow(
        record_type=Loan.record_type,
        label="便民物品借用",
        states=LOAN_STATES,
        initial=("out",),
        transitions=LOAN_LINES,
        parties=of_loan,
        topics=lambda loan: [f"unit:{loan.body_id}"],
        place=lambda loan: (None, loan.body_id),
        final=("returned", "written_off"),
    )
)
