"""Uploading blank forms and samples (T637-7.2-d)."""

from __future__ import annotations

from django.db.models import Max

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import deed
from bangban.foundation.flows.flow import Incomplete
from bangban.foundation.privacy.crypto import digest
from bangban.registry.catalog.flow import ITEM_FLOW
from bangban.registry.catalog.models import FormTemplate, Item, TemplateKind
from bangban.registry.catalog.reads.items import Ref, by_ref, template_link
from bangban.registry.catalog.views import TemplateLink

MOST_BYTES = 5 * 1024 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".docx": (b"PK\x03\x04", OFFICE + "wordprocessingml.document"),
    ".xlsx": (b"PK\x03\x04", OFFICE + "spreadsheetml.sheet"),
    ".doc": (b"\xd0\xcf\x11\xe0", "application/msword"),
    ".xls": (b"\xd0\xcf\x11\xe0", "application/vnd.ms-excel"),
    ".png": (b"\x89PNG\r\n", "image/png"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
}


def attach_form(
    ref: Ref, actor: Actor, *, key: str, kind: str, title: str, file_name: str, content: bytes
) -> TemplateLink:
    """Put a form under a key that material lines name; a new file under a known key is its next version.

    The type is judged by content. Raises Incomplete for an unknown type, a wrong kind, or more than 5 MB.
    """
    given = {"key": key, "title": title, "content": content}
    media_type = _media_type(file_name, content)
    if kind not in TemplateKind.values:
        raise Incomplete("请选择空白表格或示例样表。", fields={"kind": "请选择空白表格或示例样表。"})
    with deed(
        ITEM_FLOW, lambda: Item.objects.select_for_update().filter(by_ref(ref)).first(), "attach_form", actor, given
    ) as work:
        known = FormTemplate.objects.filter(key=key)
        form = FormTemplate(
            key=key,
            revision=(known.aggregate(last=Max("revision"))["last"] or 0) + 1,
            kind=kind,
            title=title,
            file_name=file_name,
            media_type=media_type,
            size=len(content),
            content=content,
            digest=digest(content),
            published_at=work.at,
            author_name=actor.public_name,
        )
        known.filter(superseded_at=None).update(superseded_at=work.at)
        work.insert(form)
        work.tell(key=key, revision=form.revision, digest=form.digest.hex())
    return template_link(form)


def _media_type(file_name: str, content: bytes) -> str:
    ending = file_name[file_name.rfind(".") :].lower().replace(".jpeg", ".jpg")
    mark, media_type = TYPES.get(ending, (b"", ""))
    if not media_type or not content.startswith(mark):
        raise Incomplete("只能上传PDF、Word、Excel或图片，且内容要与扩展名一致。", fields={"content": "文件类型不符。"})
    if len(content) > MOST_BYTES:
        raise Incomplete("文件不能超过5MB。", fields={"content": "文件不能超过5MB。"})
    return media_type
