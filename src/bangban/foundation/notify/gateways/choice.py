"""Which gateway serves which channel: BANGBAN_<CHANNEL>_URL names one, else the message stays in the house."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from bangban.foundation.notify.gateways.base import Gateway
from bangban.foundation.notify.gateways.local import HandGateway, LocalGateway
from bangban.foundation.notify.gateways.webhook import WebhookGateway
from bangban.foundation.notify.models import Channel

VARIABLES = {
    Channel.SMS: "BANGBAN_SMS",
    Channel.EMAIL: "BANGBAN_EMAIL",
    Channel.OFFICIAL_ACCOUNT: "BANGBAN_WECHAT",
    Channel.PHONE_TASK: "BANGBAN_PHONE",
    Channel.LETTER: "BANGBAN_LETTER",
}
BY_HAND = frozenset({Channel.PHONE_TASK, Channel.LETTER})
SECRET = "BANGBAN_NOTIFY_SECRET"  # noqa: S105 - the name of a variable, not a secret
SHORTEST_SECRET = 16


def gateway_for(channel: str, environment: Mapping[str, str] = os.environ) -> Gateway:
    """Return the gateway of a channel; ImproperlyConfigured when an address is set without a way to sign."""
    variable = VARIABLES[Channel(channel)]
    url = environment.get(f"{variable}_URL", "")
    if not url:
        return HandGateway() if channel in BY_HAND else LocalGateway()
    if urlsplit(url).scheme not in ("http", "https"):
        raise ImproperlyConfigured(f"{variable}_URL is not an http address.")
    return WebhookGateway(
        url=url,
        name=f"webhook:{channel}",
        secret=signing_secret(environment),
        reports=environment.get(f"{variable}_RECEIPTS", "") == "1",
    )


def signing_secret(environment: Mapping[str, str] = os.environ) -> bytes:
    """Return the key that signs calls in both directions; ImproperlyConfigured when it is missing or short."""
    secret = environment.get(SECRET, "")
    if len(secret) < SHORTEST_SECRET:
        raise ImproperlyConfigured(
            f"{SECRET} needs at least {SHORTEST_SECRET} characters when a gateway address is set."
        )
    return secret.encode()


def channels_that_report() -> list[str]:
    """Return the channels whose provider promised receipts."""
    return [channel for channel, variable in VARIABLES.items() if os.environ.get(f"{variable}_RECEIPTS") == "1"]
