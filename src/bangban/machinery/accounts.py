"""As whom PostgreSQL runs: it refuses root, so a root supervisor lends it an account without rights."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from bangban.machinery.errors import PostgresError

UNPRIVILEGED = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """One entry of the system's user list."""

    name: str
    uid: int
    gid: int


def _account(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise PostgresError(
            f"User id {uid} has no name on this system, and PostgreSQL needs one: add it to /etc/passwd."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def current_account() -> Account:
    """Whoever runs this process."""
    return _account(os.geteuid())


def borrowed_account(cluster: Path) -> Account | None:
    """The account PostgreSQL takes for `cluster`: None for an ordinary user (it runs as that user).

    Under root it is the owner of an existing cluster, otherwise the system's account without rights.
    Raises `PostgresError` when the cluster belongs to somebody else and this user cannot change that.
    """
    owner = cluster.stat().st_uid if cluster.exists() else None
    me = os.geteuid()
    if me != 0:
        if owner not in (None, me):
            raise PostgresError(
                f"{cluster} belongs to {_account(owner).name if owner else 'root'}: run as that user or as root, "
                "or choose another folder with DATA=."
            )
        current_account()
        return None
    if owner:
        return _account(owner)
    entry = pwd.getpwnam(UNPRIVILEGED)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
