"""Addresses of the archive of orders at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.archives import views

app_name = "archives"
DESK = "desk/archives"
urlpatterns: list[URLPattern] = [
    path(f"{DESK}/", views.catalogue, name="desk"),
    path(f"{DESK}/gaps", views.gaps, name="gaps"),
    path(f"{DESK}/<str:number>", views.contents, name="file"),
]
