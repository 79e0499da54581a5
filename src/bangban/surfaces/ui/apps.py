"""Registers the folder so that the static files of the shared components are found."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Shared components; has no tables."""

    name = "bangban.surfaces.ui"
    label = "ui"
