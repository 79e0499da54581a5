"""Accounts for the tests of sign-in; passwords are hashed quickly, because these tests count tries and not cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from bangban.foundation.access import sign_in
from bangban.foundation.access.accounts import make_account
from bangban.foundation.access.models import Account, AccountKind
from bangban.foundation.clocks.moment import stand_at
from bangban.foundation.notify.models import Delivery

MORNING = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
PASSWORD = "Green-Tea-2026"


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Settings) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    sign_in._decoy.cache_clear()
    stand_at(MORNING)
    yield
    sign_in._decoy.cache_clear()


@pytest.fixture
def account(db: None) -> Account:
    """A member of staff's account."""
    return make_account("lin", AccountKind.STAFF, "林引导", PASSWORD)


def last_code() -> str:
    """Return the code of the newest message, as its receiver reads it."""
    text = Delivery.objects.filter(purpose="sign_in_code").order_by("-id")[0].text
    return "".join(character for character in text.split("，")[0] if character.isdigit())
