"""Accounts and tokens: what is disabled or revoked is over, and each change is in the log (T637-6.1.6-c, -d)."""

from __future__ import annotations

import pytest

from bangban.foundation.access import tokens
from bangban.foundation.access.accounts import disable
from bangban.foundation.access.models import Account, SecurityEvent, Token


@pytest.fixture(autouse=True)
def _no_memory() -> None:
    tokens._known.clear()


def kinds(account: Account) -> list[str]:
    rows = SecurityEvent.objects.filter(subject=f"account:{account.id}").order_by("id")
    return list(rows.values_list("kind", flat=True))


@pytest.mark.clause("T637-6.1.6-c")
def test_a_disabled_account_loses_its_tokens(account: Account) -> None:
    text = tokens.make_token(account, "import")
    assert tokens.check(text).account == account
    disable(account)
    tokens._known.clear()
    with pytest.raises(tokens.TokenRefused):
        tokens.check(text)
    assert kinds(account) == ["token_made", "account_disabled"]


def test_a_revoked_token_is_refused_at_once_here(account: Account) -> None:
    text, other = tokens.make_token(account, "import"), tokens.make_token(account, "report")
    tokens.check(text)
    assert tokens.revoke(account, "import") == 1
    with pytest.raises(tokens.TokenRefused):
        tokens.check(text)
    assert tokens.check(other).account == account
    assert kinds(account) == ["token_made", "token_made", "token_revoked"]


def test_a_token_stands_in_the_database_as_a_digest_only(account: Account) -> None:
    text = tokens.make_token(account, "import")
    assert text.encode() not in bytes(Token.objects.get().digest)


def test_revoking_nothing_is_no_event(account: Account) -> None:
    assert tokens.revoke(account) == 0
    assert kinds(account) == []
