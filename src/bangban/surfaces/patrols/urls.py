"""Addresses of patrols at the desk."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "patrols"
urlpatterns: list[URLPattern] = []
