"""Who is there: turns the session of a page request into an actor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import Account, AccountKind
from bangban.foundation.privacy.crypto import digest
from bangban.registry.org.reads import actor_of
from bangban.registry.people.reads import actor_of_person

CASE_CODES = "case_codes"


class WhoIsThere:
    """Sets `request.actor`: staff, signed-in service user, or guest with the case codes this browser has shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Resolve the actor once for each page request."""
        if hasattr(request, "session"):
            request.actor = actor_in_session(dict(request.session), channel_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def channel_of(request: HttpRequest) -> str:
    """Return mobile for phones, kiosk for terminals, else web."""
    if request.COOKIES.get("bangban_kiosk"):
        return "kiosk"
    return "mobile" if "Mobi" in request.headers.get("User-Agent", "") else "web"


def actor_in_session(session: dict[str, Any], channel: str) -> Actor:
    """Return the actor of a session; a disabled account is a guest at once."""
    account_id = session.get("account")
    account = Account.objects.filter(id=account_id, is_active=True).first() if account_id else None
    if account and account.kind == AccountKind.STAFF:
        try:
            return actor_of(account)
        except LookupError:
            account = None
    codes = [str(code) for code in session.get(CASE_CODES, [])]
    tokens = frozenset(digest(code.encode()) for code in codes)
    if account:
        return actor_of_person(account, channel, tokens)
    return guest(tokens, channel)


def guest(tokens: frozenset[bytes], channel: str) -> Actor:
    """Return a guest; the id is the digest of the first code, so that repeated messages are recognised."""
    name = min(tokens).hex()[:16] if tokens else "anonymous"
    return Actor("guest", f"guest:{name}", channel=channel, tokens=tokens)
