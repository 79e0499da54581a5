"""The flow of a caller file: open, or merged into another until somebody undoes it (GB33358-4.2.4-c, F3.31)."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import Condition, Flow, Input, Transition, register
from bangban.services.hotline.models import Caller

STATES = {"open": "在用", "merged": "已并入其他档案"}
REASON = Input("reason", "理由")
CLAUSE = "GB33358-4.2.4-c"

UNMARKED = Condition("nuisance", "这份档案已提请或已标记，不用重复提请。", lambda caller: caller.nuisance == "")
PROPOSED = Condition("nuisance", "没有待复核的骚扰标记。", lambda caller: caller.nuisance == "proposed")
MARKED = Condition("nuisance", "这份档案没有骚扰标记。", lambda caller: caller.nuisance == "marked")

LINES = (
    Transition("_meet", "补充联系方式", ("open", "merged"), None, ("system", "agent"), visibility="staff", clause=CLAUSE),
    Transition("correct", "更正", ("open",), None, ("agent",), visibility="staff", asks=(REASON,), clause=CLAUSE),
    Transition("merge", "并入其他档案", ("open",), "merged", ("agent",), visibility="staff",
        asks=(Input("into", "主档案"), REASON), clause=CLAUSE),
    Transition("_absorb", "并入了其他档案", ("open",), None, ("agent",), visibility="staff", clause=CLAUSE),
    Transition("split", "撤销合并", ("merged",), "open", ("agent",), visibility="staff", asks=(REASON,), clause=CLAUSE),
    Transition("_release", "撤销了合并", ("open", "merged"), None, ("agent",), visibility="staff", clause=CLAUSE),
    Transition("propose_nuisance", "提请标记骚扰", ("open",), None, ("agent",), visibility="staff", needs=(UNMARKED,),
        asks=(REASON,), clause=CLAUSE),
    Transition("decide_nuisance", "复核骚扰标记", ("open",), None, ("manager",), visibility="staff", needs=(PROPOSED,),
        asks=(Input("agree", "是否同意"),), clause=CLAUSE),
    Transition("lift_nuisance", "解除骚扰标记", ("open",), None, ("manager",), visibility="staff", needs=(MARKED,),
        asks=(REASON,), clause=CLAUSE),
)  # fmt: skip


def parties_of(caller: Caller, actor: Actor) -> frozenset[str]:
    """Return what an actor is to a caller file: nobody outside the hotline sees one, its person included.

    The person sees each own order instead; units never see a file, so that secrecy cannot leak through it.
    """
    if actor.kind == "system":
        return frozenset({"system"})
    if not actor.is_staff or actor.unsigned:
        return frozenset()
    found: set[str] = set()
    if not actor.duties.isdisjoint({"hotline_agent", "hotline_manager"}):
        found.add("agent")
    if "hotline_manager" in actor.duties:
        found.add("manager")
    if "callback_visitor" in actor.duties:
        found.add("visitor")
    return frozenset(found)


FLOW = register(
    Flow(
        record_type=Caller.record_type,
        label="服务对象档案",
        states=STATES,
        initial=("open",),
        transitions=LINES,
        parties=parties_of,
        topics=lambda caller: [f"caller:{caller.number}"],
        place=lambda caller: (None, None),
    )
)
