"""Programs as actors: a staff token acts as its member of staff, a partner's as an application for guests."""

from __future__ import annotations

from dataclasses import replace

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import AccountKind
from bangban.foundation.access.tokens import Bearer, TokenRefused, check
from bangban.registry.org.reads import Tree, actor_of, tree
from bangban.registry.people.reads import actor_of_person

MOST_POSTS = 5000


def bearer_actor(text: str) -> Actor:
    """Return who a bearer token acts as; raises TokenRefused."""
    return actor_behind(check(text))


_posts: dict[str, tuple[Bearer, Tree, Actor]] = {}


def actor_behind(bearer: Bearer, tokens: frozenset[bytes] = frozenset()) -> Actor:
    """Return the actor of a checked token, with the case codes it has shown.

    A post is remembered as long as the checked token itself: a change of duties is in force within fifteen seconds.
    """
    account = bearer.account
    if account.kind == AccountKind.STAFF:
        found = _in_post(bearer)
    elif account.kind == AccountKind.USER:
        found = actor_of_person(account, "api")
    else:
        found = Actor(
            "partner", f"partner:{account.id}", account.display_name, channel=bearer.channel, account_id=account.id
        )
    return replace(found, scopes=bearer.scopes, tokens=tokens)


def _in_post(bearer: Bearer) -> Actor:
    bodies = tree()
    known = _posts.get(bearer.key)
    if known and known[0] is bearer and known[1] is bodies:
        return known[2]
    try:
        found = actor_of(bearer.account, "api")
    except LookupError as error:
        raise TokenRefused("The account has no post.") from error
    if len(_posts) > MOST_POSTS:
        _posts.clear()
    if not found.unsigned:
        _posts[bearer.key] = (bearer, bodies, found)
    return found
