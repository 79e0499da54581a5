"""A gateway that cannot work is reported when the house starts, not by the first message that stays."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from bangban.foundation.notify.gateways.choice import VARIABLES, gateway_for


@register("notify")
def gateways_are_usable(**_: Any) -> list[CheckMessage]:
    """Return an error for each channel whose gateway is set up wrongly."""
    problems: list[CheckMessage] = []
    for channel in VARIABLES:
        try:
            gateway_for(channel)
        except ImproperlyConfigured as error:
            problems.append(Error(str(error), id=f"notify.{channel}"))
    return problems
