"""The check-in code as a picture that the kiosk reads."""

from __future__ import annotations

import segno


def picture(code: str) -> str:
    """Return a QR code as an address for `img`, dark on light so that scanners read it in every theme."""
    return segno.make(code, error="m").svg_data_uri(scale=6, border=2, dark="#13242b", light="#ffffff")
