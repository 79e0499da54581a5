"""Files of a talk: typed by their content, kept outside the site's addresses, handed out only as downloads."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete
from bangban.foundation.privacy.crypto import digest
from bangban.machinery.durable import keep_durably
from bangban.services.conversation.models import Attachment

OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
ALLOWED = "图片（JPG、PNG、WebP）、PDF、Word、Excel 或纯文本"


def type_of(content: bytes) -> str:
    """Return the media type that the bytes themselves show; empty for anything that is not allowed."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    return _text_type(content)


def _office_type(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = package.namelist()[:2000]
    except zipfile.BadZipFile:
        return ""
    if any("vbaProject" in name for name in names):
        return ""
    return next((kind for folder, kind in OFFICE.items() if any(name.startswith(folder) for name in names)), "")


def _text_type(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    marked = text.lstrip()[:200].lower()
    looks_like_page = marked.startswith("<") or "<script" in text.lower()
    printable = all(character >= " " or character in "\t\r\n" for character in text)
    return "text/plain" if printable and not looks_like_page else ""


def store_upload(
    upload: BinaryIO,
    name: str,
    actor: Actor,
    record_id: UUID | None,
    *,
    typed: Callable[[bytes], str] = type_of,
    allowed: str = ALLOWED,
) -> Attachment:
    """Store a file for a record and return its (unsaved) row, to be saved with the message that carries it.

    `typed` says what may be stored (see media.py for sound and video). Raises Incomplete for empty, too large (20 MB)
    and not allowed files, saying what is allowed.
    """
    limit = settings.UPLOAD_LIMIT
    content = upload.read(limit + 1)
    if len(content) > limit:
        raise Incomplete(f"文件超过{limit // 1024 // 1024}MB，请压缩或分成几个文件。", fields={"file": "文件太大。"})
    if not content:
        raise Incomplete("文件是空的，请重新选择。", fields={"file": "文件是空的。"})
    media_type = typed(content)
    if not media_type:
        raise Incomplete(f"不支持这种文件，请上传{allowed}。", fields={"file": "类型不支持。"})
    fingerprint = digest(content)
    # On the disk before its row: whoever sent it is told that it was received.
    keep_durably(path_of(fingerprint), content)
    return Attachment(
        record_id=record_id,
        name=Path(name.replace("\\", "/")).name[:120] or "文件",
        media_type=media_type,
        size=len(content),
        digest=fingerprint,
        uploaded_by=actor.id,
        at=now(),
    )


def path_of(fingerprint: bytes) -> Path:
    """Return where content of a digest lies."""
    name = bytes(fingerprint).hex()
    return Path(settings.UPLOAD_DIR) / name[:2] / name


def open_attachment(attachment_id: UUID) -> tuple[Attachment, BinaryIO]:
    """Return a stored file; the caller has checked that its record may be seen. Raises FileNotFoundError."""
    row = Attachment.objects.filter(id=attachment_id).first()
    if row is None:
        raise FileNotFoundError(attachment_id)
    return row, path_of(bytes(row.digest)).open("rb")
