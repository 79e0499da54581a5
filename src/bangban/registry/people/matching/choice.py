"""Which matcher this installation uses: BANGBAN_IDENTITY_URL names an authority, else only our own windows count."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from bangban.registry.people.matching.base import Matcher
from bangban.registry.people.matching.own_register import OwnRegister
from bangban.registry.people.matching.webhook import WebhookMatcher

URL = "BANGBAN_IDENTITY_URL"
SECRET = "BANGBAN_IDENTITY_SECRET"  # noqa: S105 - the name of a variable, not a secret


def matcher() -> Matcher:
    """Return the matcher; ImproperlyConfigured when an address is set without a secret of sixteen characters."""
    url, secret = os.environ.get(URL, ""), os.environ.get(SECRET, "")
    if not url:
        return OwnRegister()
    if urlsplit(url).scheme not in ("http", "https") or len(secret) < 16:
        raise ImproperlyConfigured(f"{URL} needs an http address and {SECRET} at least 16 characters.")
    return WebhookMatcher(url, secret.encode())
