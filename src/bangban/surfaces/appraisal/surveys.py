"""Importing evaluation results made outside, at the desk (GB33358-6.3)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.flows.flow import Incomplete
from bangban.oversight.appraisal import actions, reads
from bangban.oversight.appraisal.actions.surveying import LARGEST
from bangban.oversight.appraisal.answers import COLUMNS
from bangban.oversight.appraisal.terms import Method
from bangban.surfaces.appraisal.frame import frame
from bangban.surfaces.desk import pages
from bangban.surfaces.desk.submitting import submit
from bangban.surfaces.web.given import posted


@require_safe
@pages.staff("appraisal.manage")
def listed(request: HttpRequest) -> HttpResponse:
    """Show the imports and the form for another."""
    return _list(request)


def _list(
    request: HttpRequest, error: str = "", problems: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    actor = pages.desk_actor(request)
    context = {
        **frame(actor, "surveys"), "rows": reads.surveys(actor), "methods": Method.choices, "columns": "、".join(COLUMNS),
        "typed": posted(request), "error": error, "problems": problems or {},
    }  # fmt: skip
    return pages.page(request, "appraisal/desk_surveys.html", context, current="appraisal", status=status)


@require_POST
@pages.staff("appraisal.manage")
def bring_in(request: HttpRequest) -> HttpResponse:
    """Import one file."""
    actor, given, file = pages.desk_actor(request), posted(request), request.FILES.get("file")

    def work() -> object:
        if file is None:
            raise Incomplete("请选择要导入的CSV文件。", fields={"file": "请选择文件。"})
        content = file.read(LARGEST + 1)
        return actions.import_survey(
            actor, actor.unit_id or 0, given.get("method", ""), given.get("source", ""), file.name or "", content
        )

    return submit(
        request, "survey:import", work, lambda *told: _list(request, *told), lambda: reverse("appraisal:surveys")
    )


@require_POST
@pages.staff("appraisal.manage")
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take back one import."""
    actor, given = pages.desk_actor(request), posted(request)
    return submit(
        request, f"{number}:withdraw", lambda: actions.withdraw_survey(actor, number, given.get("reason", "")),
        lambda *told: _list(request, *told), lambda: reverse("appraisal:surveys"),
    )  # fmt: skip
