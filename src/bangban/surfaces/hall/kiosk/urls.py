"""Addresses: kiosk, slip, rating device, floor directory, and the phone page of a ticket."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "kiosk"
urlpatterns: list[URLPattern] = []
