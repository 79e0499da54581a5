"""Counting failures of one account under its row lock, so that parallel guesses cannot slip past (F8.05)."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.access import limits
from bangban.foundation.access.models import Account
from bangban.foundation.access.security_log import note


def locked(account: Account, at: datetime) -> bool:
    """Tell whether an account is locked now."""
    return account.locked_until is not None and account.locked_until > at


def count_failure(account: Account, at: datetime, address: str = "") -> None:
    """Count a failure of a locked row (FOR UPDATE); the fifth locks the account for thirty minutes."""
    if account.locked_until is not None:
        account.failed_logins, account.locked_until = 0, None
    account.failed_logins += 1
    if account.failed_logins >= limits.FAILURES_UNTIL_LOCK:
        account.locked_until = at + limits.LOCKED_FOR
        note("lockout", account_id=account.id, subject=f"account:{account.id}", address=address, at=at)
    account.save(update_fields=["failed_logins", "locked_until"])


def clear_failures(account: Account) -> None:
    """Forget the failures after a success."""
    account.failed_logins, account.locked_until = 0, None
    account.save(update_fields=["failed_logins", "locked_until"])
