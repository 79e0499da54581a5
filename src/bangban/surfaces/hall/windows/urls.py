"""Addresses: the window panel."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "windows"
urlpatterns: list[URLPattern] = []
