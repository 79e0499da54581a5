"""Addresses of patrols at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.patrols import staff, views
from bangban.surfaces.web.plain import plain

app_name = "patrols"
DESK = "desk/patrols"
urlpatterns: list[URLPattern] = [
    path(f"{DESK}/", plain(views.patrols), name="desk"),
    path(f"{DESK}/start", plain(views.start), name="start"),
    path(f"{DESK}/staff/", plain(staff.overview), name="staff"),
    path(f"{DESK}/staff/<int:staff_id>", plain(staff.one), name="staff_one"),
    path(f"{DESK}/weight", plain(staff.weight), name="weight"),
    path(f"{DESK}/<str:number>", plain(views.patrol), name="patrol"),
    path(f"{DESK}/<str:number>/finish", plain(views.finish), name="finish"),
    path(f"{DESK}/<str:number>/cancel", plain(views.cancel), name="cancel"),
    path(f"{DESK}/<str:number>/<int:staff_id>", plain(views.check), name="check"),
]
