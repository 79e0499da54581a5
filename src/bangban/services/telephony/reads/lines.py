"""The numbers under which a hotline is called."""

from __future__ import annotations

from bangban.services.telephony.models import Line


def lines_of(center: int) -> list[str]:
    """Return a hotline's numbers as its managers have set them."""
    return list(Line.objects.filter(center_id=center).order_by("number").values_list("number", flat=True))
