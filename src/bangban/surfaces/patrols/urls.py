"""Addresses of patrols at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.patrols import staff, views

app_name = "patrols"
DESK = "desk/patrols"
urlpatterns: list[URLPattern] = [
    path(f"{DESK}/", views.patrols, name="desk"),
    path(f"{DESK}/start", views.start, name="start"),
    path(f"{DESK}/staff/", staff.overview, name="staff"),
    path(f"{DESK}/staff/<int:staff_id>", staff.one, name="staff_one"),
    path(f"{DESK}/weight", staff.weight, name="weight"),
    path(f"{DESK}/<str:number>", views.patrol, name="patrol"),
    path(f"{DESK}/<str:number>/site", views.check_site, name="check_site"),
    path(f"{DESK}/<str:number>/finish", views.finish, name="finish"),
    path(f"{DESK}/<str:number>/cancel", views.cancel, name="cancel"),
    path(f"{DESK}/<str:number>/<int:staff_id>", views.check, name="check"),
]
