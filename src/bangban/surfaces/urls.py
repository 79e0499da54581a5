"""All addresses of the house."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from bangban.surfaces.api.views.health import healthz, metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/healthz", healthz),
    path("api/v1/metrics", metrics),
    path("api/v1/", include("bangban.surfaces.api.urls")),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("", include("bangban.surfaces.guidance.urls")),
    path("", include("bangban.surfaces.hall.kiosk.urls")),
    path("", include("bangban.surfaces.hall.boards.urls")),
    path("", include("bangban.surfaces.hall.windows.urls")),
    path("", include("bangban.surfaces.hall.manage.urls")),
    path("", include("bangban.surfaces.appointments.urls")),
    path("", include("bangban.surfaces.publications.urls")),
    path("", include("bangban.surfaces.patrols.urls")),
    path("desk/counter/", include("bangban.surfaces.counter.urls")),
    path("", include("bangban.surfaces.hotline.urls")),
    path("", include("bangban.surfaces.supervision.urls")),
    path("", include("bangban.surfaces.appraisal.urls")),
    path("", include("bangban.surfaces.archives.urls")),
    path("", include("bangban.surfaces.holdings.urls")),
    path("", include("bangban.surfaces.hotline.urls_more")),
    path("", include("bangban.surfaces.reports.urls")),
    path("desk/", include("bangban.surfaces.desk.urls")),
    path("", include("bangban.surfaces.portal.urls")),
]
handler400 = "bangban.surfaces.web.errors.bad_request"
handler403 = "bangban.surfaces.web.errors.forbidden"
handler404 = "bangban.surfaces.web.errors.not_found"
handler500 = "bangban.surfaces.web.errors.server_error"
