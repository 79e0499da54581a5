"""What answers where nothing is."""

from django.http import HttpRequest, HttpResponse

from bangban.surfaces.web.errors import problem


def unknown(request: HttpRequest) -> HttpResponse:
    """Answer 404 as a problem."""
    return problem(request, 404, "没有这个接口，接口清单见 /api/v1/openapi.json。")


unknown.csrf_exempt = True  # type: ignore[attr-defined]
