"""`bangban token`: bearer tokens for programs."""

from __future__ import annotations

import argparse

from bangban.cli.database import with_database
from bangban.upkeep import open_house

LONGEST_DAYS = 3650


def token(given: argparse.Namespace) -> int:
    """Print a new token, or revoke the account's tokens."""
    with with_database():
        open_house()
        from bangban.foundation.access.models import Account
        from bangban.foundation.access.tokens import SCOPES, make_token, revoke

        account = Account.objects.filter(username=given.user, is_active=True).first()
        if account is None:
            raise LookupError(f"There is no active account {given.user!r}.")
        if given.revoke:
            print(f"{revoke(account)} tokens revoked.")
            return 0
        scopes = tuple(given.scopes.split(",")) if given.scopes else SCOPES
        if unknown := set(scopes) - set(SCOPES):
            raise LookupError(f"Unknown scopes {sorted(unknown)}; there are {', '.join(SCOPES)}.")
        if not 1 <= given.days <= LONGEST_DAYS:
            raise LookupError(f"A token lives 1 to {LONGEST_DAYS} days.")
        print(make_token(account, given.name, scopes, given.days))
    return 0
