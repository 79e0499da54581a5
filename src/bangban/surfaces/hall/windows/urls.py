"""Addresses: the window panel."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.hall.windows import views

app_name = "windows"
urlpatterns: list[URLPattern] = [
    path("desk/window/", views.window, name="window"),
    path("desk/window/part", views.part, name="part"),
    path("desk/window/coming", views.coming, name="coming"),
    path("desk/window/open", views.open_one, name="open"),
    path("desk/window/do/<str:action>", views.do, name="do"),
]
