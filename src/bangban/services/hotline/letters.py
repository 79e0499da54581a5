"""Reading one letter: sender, words and files out of whatever mail programs send. Pure; wrong charsets are survived."""

from __future__ import annotations

import email
import email.message
import email.policy
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr, parsedate_to_datetime
from html.parser import HTMLParser

from bangban.services.conversation.media import media_type
from bangban.services.hotline.actions.incoming import LONGEST_TEXT, MOST_FILES, IncomingFile

BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table"})
SILENT = frozenset({"script", "style", "head", "title"})
BLANKS = re.compile(r"\n\s*\n\s*\n+")
LARGEST_FILE = 20 * 1024 * 1024


class Unreadable(ValueError):
    """A letter that nobody can make an order of; the text says why, in Chinese."""


@dataclass(frozen=True)
class Letter:
    """One letter; `left_out` names files that may not be stored, `automatic` tells of answers by machines."""

    id: str
    sender: str
    name: str
    subject: str
    text: str
    sent_at: datetime | None
    files: tuple[IncomingFile, ...]
    left_out: tuple[str, ...]
    automatic: bool


def letter_of(raw: bytes) -> Letter:
    """Read a letter. Raises Unreadable when it has no sender or no content."""
    try:
        letter = email.message_from_bytes(raw, policy=email.policy.compat32)
        return _read(email.message_from_bytes(raw, policy=email.policy.default), letter)
    except Unreadable:
        raise
    except Exception as error:  # the standard parser fails in many ways on letters of the real world
        raise Unreadable(f"邮件格式有误，无法识别（{type(error).__name__}）。") from error


@dataclass(frozen=True)
class Glance:
    """What can be made out of a letter that is no order: any part may be empty."""

    id: str
    sender: str
    name: str
    subject: str
    text: str


def glance(raw: bytes) -> Glance:
    """Read what can be read of a letter that was set aside; never fails, an unreadable part is empty."""
    found = {"id": "", "sender": "", "name": "", "subject": "", "text": ""}
    try:
        letter = email.message_from_bytes(raw, policy=email.policy.default)
    except Exception:  # as in letter_of
        return Glance(**found)
    parts: dict[str, Callable[[], str]] = {
        "id": lambda: _header(letter, "Message-ID")[:200],
        "sender": lambda: parseaddr(_header(letter, "From"))[1].strip().lower()[:200],
        "name": lambda: parseaddr(_header(letter, "From"))[0].strip()[:50],
        "subject": lambda: _header(letter, "Subject")[:300],
        "text": lambda: _words(letter),
    }
    for part, read in parts.items():
        with suppress(Exception):
            found[part] = read()
    return Glance(**found)


def _read(letter: EmailMessage, plain: email.message.Message) -> Letter:
    name, sender = parseaddr(_header(letter, "From"))
    if "@" not in sender:
        raise Unreadable("邮件没有可识别的发件人地址。")
    text = _words(letter)
    files: list[IncomingFile] = []
    left_out: list[str] = []
    for part in letter.iter_attachments():
        content, called = _bytes(part), part.get_filename() or "附件"
        if not content:
            continue
        if len(files) < MOST_FILES and len(content) <= LARGEST_FILE and media_type(content):
            files.append(IncomingFile(called, content))
        else:
            left_out.append(called[:80])
    subject = _header(letter, "Subject")
    if not (text or subject or files):
        raise Unreadable("邮件没有内容。")
    return Letter(
        id=_header(letter, "Message-ID")[:200],
        sender=sender.strip().lower()[:200],
        name=name.strip()[:50],
        subject=subject[:300],
        text=text,
        sent_at=_sent(plain),
        files=tuple(files),
        left_out=tuple(left_out),
        automatic=_automatic(letter),
    )


def _header(letter: EmailMessage, name: str) -> str:
    return re.sub(r"\s+", " ", str(letter.get(name, ""))).replace("\0", "").strip()


def _automatic(letter: EmailMessage) -> bool:
    submitted = _header(letter, "Auto-Submitted").lower()
    bulk = _header(letter, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply")
    return (submitted not in ("", "no")) or bulk or _header(letter, "Return-Path") == "<>"


def _sent(letter: email.message.Message) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(letter.get("Date", "")))
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo is not None and moment.year > 2000 else None


def _words(letter: EmailMessage) -> str:
    body = letter.get_body(("plain", "html"))
    if body is None:
        return ""
    text = _decoded(body)
    if body.get_content_subtype() == "html":
        text = _plain(text)
    clean = text.replace("\r\n", "\n").replace("\0", "").replace("\xa0", " ")
    return BLANKS.sub("\n\n", clean).strip()[:LONGEST_TEXT]


def _bytes(part: MIMEPart) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _decoded(part: MIMEPart) -> str:
    """Return the text of a part; a charset that is missing, unknown or wrong is tried as UTF-8, then as GB 18030."""
    content, charset = _bytes(part), part.get_content_charset() or "utf-8"
    for name in ("gb18030" if charset.startswith("gb") else charset, "utf-8", "gb18030"):
        try:
            return _storable(content.decode(name))
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("utf-8", "replace")


def _storable(text: str) -> str:
    """Put a question mark in the place of half a character, which some charsets can name and no text can hold."""
    return text.encode("utf-8", "replace").decode()


class _Text(HTMLParser):
    """Collects what a page shows as words."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._silent += tag in SILENT
        if tag in BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def _plain(page: str) -> str:
    reader = _Text()
    reader.feed(page)
    return "".join(reader.words)
