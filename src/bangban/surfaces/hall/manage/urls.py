"""Addresses: the hall manager's pages, the guidance desk's tickets, statistics, set-up."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "hall"
urlpatterns: list[URLPattern] = []
