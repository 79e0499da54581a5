"""Words of appraisal: methods, figures, weights and the indicator tree as an installation finds them at first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models

from bangban.oversight.supervision import counting as supervision
from bangban.services.hotline.terms import ReplyChannel


class Period(models.TextChoices):
    """How long an appraisal looks back; the codes are those of reports."""

    MONTH = "month", "月度"
    QUARTER = "quarter", "季度"
    YEAR = "year", "年度"


class Circle(models.TextChoices):
    """To whom an appraisal is published (GB33358-6.1)."""

    INTERNAL = "internal", "内部通报"
    PUBLIC = "public", "向社会公布"


FEWEST = 5
"""Nobody outside the house is told a figure that rests on fewer answers or orders: a person could be told from it."""


class Method(models.TextChoices):
    """How a service was evaluated (GB33358-6.3)."""

    CALL_BACK = "call_back", "电话回访"
    ONLINE = "online", "网上调查"
    THIRD_PARTY = "third_party", "媒体与第三方机构监督"
    QUESTIONNAIRE = "questionnaire", "发放调查问卷"
    OTHER = "other", "其他"


METHOD_OF_CHANNEL = {
    ReplyChannel.TELEPHONE.value: Method.CALL_BACK.value,
    ReplyChannel.WEBSITE.value: Method.ONLINE.value,
    ReplyChannel.MAIL.value: Method.ONLINE.value,
    ReplyChannel.SMS.value: Method.ONLINE.value,
    ReplyChannel.LETTER.value: Method.QUESTIONNAIRE.value,
    ReplyChannel.VISIT.value: Method.OTHER.value,
}


@dataclass(frozen=True)
class Figure:
    """One figure of a score sheet, kept as part and whole; `shown` says how the two are read."""

    code: str
    label: str
    shown: str
    meaning: str


PERCENT, GRADE, COUNT, HOURS = "percent", "grade", "count", "hours"
DIMENSIONS = ("attitude", "efficiency", "process", "result")
RATES = ("responded", "solved", "satisfied")
SCORED = (*RATES, *DIMENSIONS)
"""What a scheme may give weight: the three rates, and the four contents of GB33358-6.2."""
UNIT_FIGURES = (
    Figure("attitude", "服务态度", GRADE, "回访和调查中服务态度的平均分，1至5分。"),
    Figure("efficiency", "工作效率", GRADE, "回访和调查中工作效率的平均分，1至5分。"),
    Figure("process", "办理过程", GRADE, "回访和调查中办理过程的平均分，1至5分。"),
    Figure("result", "办理结果", GRADE, "回访和调查中办理结果的平均分，1至5分。"),
    Figure("responded", "响应率", PERCENT, "答复单位联系过本人的，占回答了这一问的人。"),
    Figure("solved", "解决率", PERCENT, "答复诉求已解决的，占回答了这一问的人。"),
    Figure("satisfied", "满意率", PERCENT, "对办理结果满意的，占回答了这一问的人。"),
    Figure("on_time", "按时办结率", PERCENT, "时限内办结的，占办结与超期未办结之和。"),
    Figure("signed", "按时签收率", PERCENT, "牵头工单中没有超过签收时限的比例。"),
    Figure("reply", "平均首次答复", HOURS, "从派单到首次答复诉求人的平均时长。"),
    Figure("returned", "退单", COUNT, "本期收到的工单中退回的件数。"),
    Figure("supervised", supervision.LABEL, COUNT, supervision.MEANING),
    Figure("completed", "办结", COUNT, "本期牵头办结的工单件数，是评价覆盖面的基数。"),
)
AGENT_FIGURES = (
    Figure("direct", "直接答复率", PERCENT, "当场答复办结的，占登记的诉求。"),
    Figure("transferred", "按时转办率", PERCENT, "没有超过转办时限的，占已转办的诉求。"),
    Figure("knowledge", "知识库使用率", PERCENT, "直接答复中引用了知识库条目的比例。"),
    Figure("quality", "质检得分", PERCENT, "质检四项得分之和占满分的比例。"),
    Figure("response", "按时响应率", PERCENT, "短信、信箱等媒体的诉求按时响应的比例。"),
    Figure("misrouted", "退回重派", COUNT, "转办后被承办单位退回的件数。"),
    Figure("satisfied", "满意率", PERCENT, "直接答复的诉求中对结果满意的，占回访到的。"),
    Figure("taken", "受理", COUNT, "本期受理的诉求件数。"),
)
UNIT_BY_CODE = {one.code: one for one in UNIT_FIGURES}
AGENT_BY_CODE = {one.code: one for one in AGENT_FIGURES}
PUBLIC_FIGURES = tuple(one for one in UNIT_FIGURES if one.shown != COUNT)
"""What happens between hotline and unit, returns and supervision, is counted for themselves."""

CRITERIA = {
    "accuracy": "记录准确（与录音对照）",
    "phrases": "规范用语",
    "speed": "语速与服务对象匹配",
    "attitude": "服务态度",
}
FULL_MARK = 5


class Subject(models.TextChoices):
    """What a scheme settles."""

    UNIT = "unit", "承办单位三率权重"
    AGENT = "agent", "话务员考核权重"
    SELF = "self", "热线自评指标"
    ROUTINE = "routine", "考核安排"


# The figures of chapter 5 (GB33358-7.1): group, code, target in per cent, weight.
SELF_TREE: tuple[tuple[str, str, float, int], ...] = (
    ("服务响应", "in_15", 90, 15),
    ("服务响应", "connection", 95, 15),
    ("服务响应", "response", 100, 10),
    ("事项办理", "transfer_in_time", 100, 15),
    ("事项办理", "in_time", 95, 15),
    ("服务效果", "visited", 95, 10),
    ("服务效果", "process_good", 90, 10),
    ("服务效果", "result_good", 90, 10),
)
DEFAULTS: dict[str, Any] = {
    # F3.20: the three rates; weights are local, an installation sets its own.
    Subject.UNIT: {"responded": 30, "solved": 35, "satisfied": 35},
    Subject.AGENT: {"direct": 30, "transferred": 30, "quality": 40},
    Subject.SELF: [
        {"group": group, "code": code, "target": target, "weight": weight} for group, code, target, weight in SELF_TREE
    ],
    Subject.ROUTINE: {"period": "month", "objection_days": 5, "review_months": 3, "per_agent": 5},
}
