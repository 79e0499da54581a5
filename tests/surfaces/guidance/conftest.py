from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import Account
from bangban.foundation.access.sessions import begin
from bangban.foundation.clocks.moment import now
from bangban.registry.catalog.models.items import Item
from bangban.registry.org.reads import actor_of
from bangban.surfaces.web.actors import CASE_CODES
from tests.cast import Cast
from tests.services.guidance import steps

Sign = Callable[[Actor], Client]


@pytest.fixture
def rich(city: Cast) -> Item:
    """An item with situations, shared data and numbered conditions."""
    return steps.rich_item(city)


@pytest.fixture
def signed_in(city: Cast) -> Sign:
    """Return how a member of staff comes to a browser."""

    def sign(actor: Actor) -> Client:
        Account.objects.filter(id=actor.account_id).update(confidentiality_signed_at=now())
        client = Client()
        session = client.session
        begin(session, Account.objects.get(id=actor.account_id))
        session.save()
        client.cookies["bangban_session"] = session.session_key or ""
        assert actor_of(Account.objects.get(id=actor.account_id)).staff_id == actor.staff_id
        return client

    return sign


@pytest.fixture
def browser() -> Callable[[str], Client]:
    """Return how a guest with a case code comes to a browser."""

    def open_with(code: str) -> Client:
        client = Client()
        session = client.session
        session[CASE_CODES] = [code]
        session.save()
        client.cookies["bangban_session"] = session.session_key or ""
        return client

    return open_with
