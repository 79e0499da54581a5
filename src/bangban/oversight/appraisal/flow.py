"""The flows of appraisal: counting → drafted → open to objections → approved → published; sampling, survey, review, plan."""

from __future__ import annotations

from typing import Any

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Condition, Flow, Input, Transition, register
from bangban.oversight.appraisal import parties
from bangban.oversight.appraisal.models import Appraisal, Plan, Review, Sampling, Survey

ANSWERED = Condition("answered", "还有异议没有答复，请先逐条答复。", lambda one: one.open_objections == 0)
OVER = Condition(
    "over",
    "异议期还没有结束，到期后才能审定。",
    lambda one: one.objections_until is not None and one.objections_until <= now(),
)
IN_PERIOD = Condition(
    "in_period",
    "异议期已经结束，不能再提出异议。",
    lambda one: one.objections_until is not None and now() < one.objections_until,
)

CIRCLE = Input("circle", "公布范围")


def _planned(review: Any) -> bool:
    missed = [one for one in review.sheet["indicators"] if one["amount"] is not None and one["amount"] < one["target"]]
    return not missed or review.plans.exclude(state="cancelled").exists()


PLANNED = Condition("planned", "有指标没有达到目标，请先为它列出至少一项改进计划。", _planned)

APPRAISAL = register(
    Flow(
        record_type=Appraisal.record_type,
        label="承办考核",
        states={"counting": "统计中", "failed": "没有统计成", "drafted": "起草中", "open": "异议期", "approved": "已审定", "published": "已公布"},
        initial=("counting",),
        transitions=(
            Transition("recount", "重新统计", ("counting", "failed", "drafted"), "counting", ("manager",), visibility="staff",
                clause="GB33358-6.1"),
            Transition("_counted", "统计完成", ("counting",), "drafted", ("system",), visibility="staff", clause="GB33358-6.1"),
            Transition("_failed", "没有统计成", ("counting",), "failed", ("system",), visibility="staff", clause="GB33358-6.1"),
            Transition("correct", "更正", ("drafted", "open"), None, ("manager",), asks=(Input("reason", "更正理由"),),
                visibility="staff", clause="GB33358-6.1"),
            Transition("consult", "征求承办单位意见", ("drafted",), "open", ("manager",), visibility="staff", clause="GB33358-6.1"),
            Transition("object", "提出异议", ("open",), None, ("unit",), needs=(IN_PERIOD,), asks=(Input("reason", "异议理由"),),
                visibility="staff", clause="GB33358-6.1"),
            Transition("answer", "答复异议", ("open",), None, ("manager",), asks=(Input("answer", "答复"),), visibility="staff",
                clause="GB33358-6.1"),
            Transition("approve", "审定", ("open",), "approved", ("manager",), needs=(OVER, ANSWERED), visibility="staff",
                clause="GB33358-6.1"),
            Transition("publish", "公布", ("approved",), "published", ("manager",), asks=(CIRCLE,), visibility="staff",
                clause="GB33358-6.1"),
            Transition("set_circle", "调整公布范围", ("published",), None, ("manager",),
                asks=(CIRCLE, Input("reason", "调整理由")), visibility="staff", clause="GB33358-6.1"),
        ),
        parties=parties.appraisal_parties,
        topics=parties.topics_of,
        place=parties.place_of,
        final=("published",),
    )
)  # fmt: skip
SURVEY = register(
    Flow(
        record_type=Survey.record_type,
        label="评价结果导入",
        states={"kept": "已导入", "withdrawn": "已撤回"},
        initial=("kept",),
        transitions=(
            Transition("withdraw", "撤回", ("kept",), "withdrawn", ("manager",), asks=(Input("reason", "撤回理由"),),
                visibility="staff", clause="GB33358-6.3"),
        ),
        parties=parties.house_parties,
        topics=parties.topics_of,
        place=parties.place_of,
        final=("withdrawn",),
    )
)  # fmt: skip
SAMPLING = register(
    Flow(
        record_type=Sampling.record_type,
        label="质检抽查",
        states={"open": "质检中", "done": "已完成"},
        initial=("open",),
        transitions=(
            Transition("score", "评分", ("open",), None, ("inspector",), visibility="staff", clause="GB33358-4.3.2-e"),
            Transition("set_aside", "不能评分", ("open",), None, ("inspector",), asks=(Input("reason", "原因"),),
                visibility="staff", clause="GB33358-4.3.2-c"),
        ),
        parties=parties.house_parties,
        topics=parties.topics_of,
        place=parties.place_of,
        final=("done",),
    )
)  # fmt: skip
REVIEW = register(
    Flow(
        record_type=Review.record_type,
        label="改进评审",
        states={"open": "待评审", "held": "已评审"},
        initial=("open",),
        transitions=(
            Transition("hold", "完成评审", ("open",), "held", ("manager",), needs=(PLANNED,),
                asks=(Input("conclusion", "评审结论"),), visibility="staff", clause="GB33358-7.3"),
            Transition("_late", "逾期提醒", ("open",), None, ("system",), visibility="staff", clause="GB33358-7.3"),
        ),
        parties=parties.house_parties,
        topics=parties.topics_of,
        place=parties.place_of,
        final=("held",),
    )
)  # fmt: skip
PLAN = register(
    Flow(
        record_type=Plan.record_type,
        label="改进计划",
        states={"open": "实施中", "done": "已完成", "cancelled": "已取消"},
        initial=("open",),
        transitions=(
            Transition("report", "填报进展", ("open",), None, ("owner", "manager"), asks=(Input("text", "进展"),),
                visibility="staff", clause="GB33358-7.2"),
            Transition("finish", "完成", ("open",), "done", ("owner", "manager"), asks=(Input("effect", "改进效果"),),
                visibility="staff", clause="GB33358-7.2"),
            Transition("cancel", "取消", ("open",), "cancelled", ("manager",), asks=(Input("reason", "取消理由"),),
                visibility="staff", clause="GB33358-7.2"),
            Transition("_late", "逾期提醒", ("open",), None, ("system",), visibility="staff", clause="GB33358-7.2"),
        ),
        parties=parties.plan_parties,
        topics=parties.topics_of,
        place=parties.place_of,
        final=("done", "cancelled"),
    )
)  # fmt: skip
ALL = (APPRAISAL, SURVEY, SAMPLING, REVIEW, PLAN)
