"""Staff at their desks: browsers that are signed in, with the undertaking signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from bangban.foundation.access import sessions, sign_in
from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import Account
from bangban.foundation.clocks.moment import now

Desk = Callable[..., Client]


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Settings) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    sign_in._decoy.cache_clear()
    yield
    sign_in._decoy.cache_clear()


@pytest.fixture
def desk(db: None) -> Desk:
    """A signed-in browser of an actor."""

    def at_desk(actor: Actor, *, signed: bool = True) -> Client:
        account = Account.objects.get(id=actor.account_id)
        account.confidentiality_signed_at = now() if signed else None
        account.save(update_fields=["confidentiality_signed_at"])
        client = Client()
        session = client.session
        sessions.begin(session, account, "test")
        session.save()
        client.cookies["bangban_session"] = session.session_key
        return client

    return at_desk
