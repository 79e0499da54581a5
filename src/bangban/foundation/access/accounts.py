"""Accounts: made, disabled, and given their passwords."""

from __future__ import annotations

import re

from django.contrib.auth.hashers import make_password

from bangban.foundation.access.models import Account, AccountKind, Session, Token
from bangban.foundation.access.security_log import note
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete

SHORTEST = 10
CLASSES = (r"[a-z]", r"[A-Z]", r"\d", r"[^\w\s]|_")


def check_password(password: str, username: str = "") -> str:
    """Return a sentence when a password is too weak: ten characters, three of four classes (F8.05)."""
    classes = sum(bool(re.search(pattern, password)) for pattern in CLASSES)
    if len(password) < SHORTEST or classes < 3:
        return "密码至少10个字符，并包含大写字母、小写字母、数字、符号中的三种。"
    if username and username.lower() in password.lower():
        return "密码不能包含账号名。"
    return ""


def make_account(username: str, kind: AccountKind, display_name: str, password: str | None = None) -> Account:
    """Return the account of a user name, made when new; a password given is checked and set.

    Raises Incomplete when the password is too weak.
    """
    if password is not None and (wrong := check_password(password, username)):
        raise Incomplete(wrong, fields={"password": wrong})
    account, new = Account.objects.get_or_create(
        username=username, defaults={"kind": kind, "display_name": display_name, "created_at": now()}
    )
    if password is not None:
        account.password = make_password(password)
        account.password_changed_at = now()
        account.save(update_fields=["password", "password_changed_at"])
    elif new:
        account.password = make_password(None)
        account.save(update_fields=["password"])
    return account


def set_encoded_password(account: Account, encoded: str) -> None:
    """Give an account a password that is already hashed, as from another system; one hash is slow on purpose."""
    account.password, account.password_changed_at = encoded, now()
    account.save(update_fields=["password", "password_changed_at"])


def disable(account: Account) -> None:
    """Disable an account: its sessions and tokens end at once (T637-6.1.6-c)."""
    Account.objects.filter(id=account.id).update(is_active=False)
    Session.objects.filter(account=account).delete()
    Token.objects.filter(account=account, revoked_at=None).update(revoked_at=now())
    note("account_disabled", subject=f"account:{account.id}")
