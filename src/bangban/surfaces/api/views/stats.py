"""Statistics."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from bangban.foundation.access.duties import may
from bangban.foundation.flows.flow import Incomplete
from bangban.oversight.analysis.reads import REPORTS, report
from bangban.surfaces.api.endpoint import Call, Reply


def statistics(call: Call, name: str) -> Reply:
    """Return one report over the caller's units: `from` and `to` are days."""
    if not may(call.actor, "statistics.view"):
        raise PermissionDenied("您的岗位不能查看统计，请联系管理专员。")
    if name not in REPORTS:
        raise Incomplete("没有这个统计。", fields={"report": "可用：" + "、".join(REPORTS)})
    return Reply(report(call.actor, name, call.query("from"), call.query("to")))
