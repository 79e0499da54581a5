"""Pulling the mailbox by IMAP: each letter an order, or kept aside whole; none is ever lost (GB33358-3.2, 5.1.2.3-d).

BANGBAN_MAILBOX_URL is imaps://user:password@host/INBOX (imap:// inside a protected network; user and password
percent-encoded), or one such address for each hotline, after the code of its body and =. A letter is marked as seen only
after what became of it is committed.
"""

from __future__ import annotations

import imaplib
import logging
import os
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.jobs.schedule import chore
from bangban.registry.org.models import BodyKind
from bangban.registry.org.reads import tree
from bangban.services.hotline.actions.aside import provider_id, set_aside
from bangban.services.hotline.actions.incoming import Incoming, receive_message
from bangban.services.hotline.letters import Letter, Unreadable, letter_of
from bangban.services.hotline.terms import Source

VARIABLE = "BANGBAN_MAILBOX_URL"
log = logging.getLogger(__name__)
WITH_CODE = re.compile(r"[A-Za-z0-9_.-]+=imaps?:")
AT_ONCE, PATIENCE = 50, 20
LARGEST = 30 * 1024 * 1024
TOO_LARGE = "邮件超过30MB，没有取回；原件还在信箱里，请到信箱中查看。"
ARRIVED = re.compile(rb'INTERNALDATE "([^"]+)"')
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True)
class Pulled:
    """How many letters became orders or part of one, and how many were set aside."""

    taken: int = 0
    aside: int = 0


@chore("hotline.mailbox", "* * * * * 35")
def pull_mailbox(at: datetime) -> int:
    """Pull what is new, once a minute, when a mailbox is named."""
    found = 0
    failed: Exception | None = None
    for code, url in addresses(os.environ.get(VARIABLE, "")):
        try:
            pulled = pull(url, _center(code))
            found += pulled.taken + pulled.aside
        except (OSError, ValueError, imaplib.IMAP4.error) as error:
            # The mailbox of one hotline that is away must not keep the letters of the others.
            failed = failed or error
    if failed is not None:
        raise failed
    return found


def addresses(text: str) -> list[tuple[str, str]]:
    """Read the variable: one address, or several with blanks between them, each after the code of its hotline and =."""
    found = (word.split("=", 1) if WITH_CODE.match(word) else ["", word] for word in text.split())
    return [(code, url) for code, url in found]


def _center(code: str) -> int | None:
    if not code:
        return None
    place = tree().by_code.get(code)
    if place is None or place.kind != BodyKind.HOTLINE:
        raise ValueError(f"{VARIABLE} names {code!r}, which is the code of no hotline.")
    return place.id


def pull(url: str, center_id: int | None = None) -> Pulled:
    """Take unseen letters of a hotline's mailbox, at most fifty.

    Raises OSError or imaplib.IMAP4.error when it cannot be reached.
    """
    taken = aside = 0
    with _mailbox(url) as box:
        for uid in _unseen(box):
            try:
                became = _take(box, uid, center_id)
            except _Withheld:
                log.warning("The mail server did not hand out letter %s; it is asked for again.", uid)
                continue
            taken, aside = taken + became, aside + (not became)
            box.uid("STORE", uid, "+FLAGS", "(\\Seen)")
    return Pulled(taken, aside)


@contextmanager
def _mailbox(url: str) -> Iterator[imaplib.IMAP4]:
    parts = urlsplit(url)
    host, folder = parts.hostname or "", unquote(parts.path.strip("/")) or "INBOX"
    if parts.scheme not in ("imap", "imaps") or not host or not parts.username:
        raise ValueError(f"{VARIABLE} must be imaps://user:password@host/INBOX.")
    box: imaplib.IMAP4
    if parts.scheme == "imaps":
        context = ssl.create_default_context()
        box = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=context, timeout=PATIENCE)
    else:
        box = imaplib.IMAP4(host, parts.port or 143, timeout=PATIENCE)
    try:
        box.login(unquote(parts.username), unquote(parts.password or ""))
        status, _ = box.select(f'"{folder}"')
        if status != "OK":
            raise imaplib.IMAP4.error(f"Folder {folder} cannot be opened.")
        yield box
    finally:
        box.shutdown() if box.state == "LOGOUT" else box.logout()


def _unseen(box: imaplib.IMAP4) -> list[str]:
    _, found = box.uid("SEARCH", "UNSEEN")
    return [uid.decode() for uid in (found[0] or b"").split()][:AT_ONCE]


class _Withheld(Exception):
    """The mail server did not hand out a letter; it stays unseen."""


def _take(box: imaplib.IMAP4, uid: str, center_id: int | None) -> bool:
    """Make an order of one letter, or set it aside; returns whether it became (part of) an order."""
    head, _ = _fetch(box, uid, "(RFC822.SIZE INTERNALDATE)")
    size, arrived = _size(head), _arrived(head)
    if size > LARGEST:
        set_aside(_letter(box, uid, "(BODY.PEEK[HEADER])"), TOO_LARGE, center_id)
        return False
    return take_letter(_letter(box, uid, "(BODY.PEEK[])"), arrived, center_id)


def _letter(box: imaplib.IMAP4, uid: str, what: str) -> bytes:
    _, raw = _fetch(box, uid, what)
    if not raw:
        raise _Withheld
    return raw


def _fetch(box: imaplib.IMAP4, uid: str, what: str) -> tuple[bytes, bytes]:
    """Return the line of an answer and the bytes it carries."""
    _, found = box.uid("FETCH", uid, what)
    line, body = b"", b""
    for one in found or ():
        if isinstance(one, tuple):
            line, body = line + one[0], one[1]
        elif isinstance(one, bytes):
            line += one
    return line, body


def _size(line: bytes) -> int:
    found = SIZE.search(line)
    return int(found[1]) if found else 0


def _arrived(line: bytes) -> datetime:
    """Return when the mail server took a letter; now when it does not say."""
    found = ARRIVED.search(line)
    try:
        moment = datetime.strptime(found[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z") if found else now()
    except ValueError:
        moment = now()
    return min(moment.astimezone(UTC), now())


def take_letter(raw: bytes, arrived: datetime, center_id: int | None = None) -> bool:
    """Make an order of the bytes of one letter, or set it aside with the reason."""
    try:
        letter = letter_of(raw)
    except Unreadable as unreadable:
        set_aside(raw, str(unreadable), center_id)
        return False
    if letter.automatic:
        set_aside(raw, "自动发出的邮件（退信、自动回复或群发），没有登记为诉求。", center_id)
        return False
    try:
        order = receive_message(replace(_incoming(letter, raw, arrived), center_id=center_id))
    except FlowError as refused:
        fields: dict[str, Any] = refused.details.get("fields", {})
        set_aside(raw, "；".join(map(str, fields.values())) or refused.sentence, center_id)
        return False
    except Exception as error:  # one letter that nobody foresaw must not hold up all that come after it
        log.exception("A letter could not be registered; it is kept aside.")
        set_aside(raw, f"没有能自动登记（{type(error).__name__}），请人工登记。", center_id)
        return False
    if letter.left_out:
        set_aside(raw, f"已登记为{order.number}，但这些附件没有收下：{'、'.join(letter.left_out)}。", center_id)
    return True


def _incoming(letter: Letter, raw: bytes, arrived: datetime) -> Incoming:
    sent = letter.sent_at if letter.sent_at and letter.sent_at < now() else None
    return Incoming(
        source=Source.MAILBOX, medium="imap", provider_id=letter.id or provider_id(raw), sender=letter.sender,
        name=letter.name, subject=letter.subject, text=letter.text, sent_at=sent, received_at=arrived, files=letter.files,
    )  # fmt: skip
