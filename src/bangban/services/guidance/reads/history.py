"""The steps of guidance in plain words, from the ledger: stage 导办 with what belongs to it (T637-4-e)."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.ledger.models import Event
from bangban.services.cases.models import Case
from bangban.services.cases.reads import get_case
from bangban.services.guidance.views import StepView

KINDS = ("case.work", "case.by_user")
STEPS = {
    "entry_sent": "发送了申请入口",
    "entry_visited": "打开了申请入口",
    "list_made": "形成个人材料清单（第{version}版）",
    "list_sent": "发送了个人材料清单（第{version}版）",
    "material_ready": "确认备好一项材料",
    "material_open": "取消确认一项材料",
    "material_uploaded": "上传了一项材料",
    "form_begun": "开始填写申请草稿",
    "field_saved": "填写了{label}",
    "field_conflict": "在另一页面填写了不同的{label}，等待选择",
    "value_suggested": "建议了{label}的内容",
    "suggestion_accepted": "采纳了{label}的建议",
    "suggestion_declined": "未采纳{label}的建议",
    "draft_submitted": "提交了申请草稿（第{submission}次）",
    "checks_begun": "开始要件核对和要素校勘（第{round}轮）",
    "finding_reviewed": "核对了一项",
    "findings_confirmed": "确认了{kind_label}的自动结果",
    "correction_sent": "发送一次性补正告知（{defects}处）",
    "checks_passed": "要件核对和要素校勘通过，可转审查",
}


def history(actor: Actor, number: str, limit: int = 200) -> tuple[StepView, ...]:
    """Return the steps on a case that the actor may see, oldest first."""
    return steps_of(get_case(actor, number), limit)


def steps_of(case: Case, limit: int = 200) -> tuple[StepView, ...]:
    """Return the latest steps of a loaded case, oldest first; repeated saving of one field is told once. One query."""
    rows = Event.objects.filter(record_id=case.id, kind__in=KINDS, data__has_key="step").order_by("-position")[:limit]
    told: list[StepView] = []
    last = ""
    for event in reversed(rows):
        text = STEPS.get(str(event.data["step"]), "").format_map(_Words(event.data))
        if text and text != last:
            told.append(StepView(event.at, text, event.actor_name or "服务对象"))
        last = text
    return tuple(told)


class _Words(dict[str, object]):
    """Data of an event for a sentence; what an old event does not say is left out."""

    def __missing__(self, name: str) -> str:
        return ""
