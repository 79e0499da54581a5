"""Programs as actors: a staff token acts as its member of staff, a partner's as an application for guests."""

from __future__ import annotations

from dataclasses import replace

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import AccountKind
from bangban.foundation.access.tokens import Bearer, TokenRefused, check
from bangban.registry.org.reads import actor_of
from bangban.registry.people.reads import actor_of_person


def bearer_actor(text: str) -> Actor:
    """Return who a bearer token acts as; raises TokenRefused."""
    return actor_behind(check(text))


def actor_behind(bearer: Bearer, tokens: frozenset[bytes] = frozenset()) -> Actor:
    """Return the actor of a checked token, with the case codes it has shown."""
    account = bearer.account
    if account.kind == AccountKind.STAFF:
        try:
            found = actor_of(account, "api")
        except LookupError as error:
            raise TokenRefused("The account has no post.") from error
    elif account.kind == AccountKind.USER:
        found = actor_of_person(account, "api")
    else:
        found = Actor(
            "partner", f"partner:{account.id}", account.display_name, channel=bearer.channel, account_id=account.id
        )
    return replace(found, scopes=bearer.scopes, tokens=tokens)
