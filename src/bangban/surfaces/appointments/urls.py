"""Addresses: appointments on the portal and at the desk."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "appointments"
urlpatterns: list[URLPattern] = []
