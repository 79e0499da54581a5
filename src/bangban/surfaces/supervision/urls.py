"""Addresses of supervision at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.supervision import views

app_name = "supervision"
DESK = "desk/supervision"
urlpatterns: list[URLPattern] = [
    path(f"{DESK}/", views.tasks, name="desk"),
    path(f"{DESK}/limits", views.limits, name="limits"),
    path(f"{DESK}/open/<str:order>", views.open_by_hand, name="open"),
    path(f"{DESK}/<str:number>", views.task, name="task"),
    path(f"{DESK}/<str:number>/<str:action>", views.do, name="do"),
]
