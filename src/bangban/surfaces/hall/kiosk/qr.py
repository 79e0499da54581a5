"""Addresses as pictures that a phone can scan."""

from __future__ import annotations

import segno
from django.conf import settings
from django.urls import reverse


def picture(path: str) -> str:
    """Return an address of this site as a QR code (level M), as a data URI of an SVG drawing."""
    return str(segno.make(settings.SITE_URL.rstrip("/") + path, error="m").svg_data_uri(scale=4, border=2))


def picture_of_ticket(code: str) -> str:
    """Return what the slip shows: it opens the ticket's page on the phone."""
    return picture(reverse("kiosk:opened", args=[code]))
