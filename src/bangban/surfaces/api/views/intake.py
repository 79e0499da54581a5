"""Messages of the media and their files."""

from __future__ import annotations

import msgspec
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http.multipartparser import MultiPartParserError

from bangban.foundation.access.duties import may
from bangban.foundation.access.tokens import TokenRefused
from bangban.foundation.flows.flow import FlowError, Incomplete
from bangban.services.hotline.actions.incoming import Incoming, receive_message
from bangban.services.hotline.actions.saying import store_file
from bangban.surfaces.api import bodies_intake as bodies
from bangban.surfaces.api.endpoint import Call, Reply
from bangban.surfaces.api.given import fields_of

one_message = msgspec.json.Decoder(bodies.MessageTold)
SENTENCE = "这条消息不是有效的 JSON 对象，请对照接口说明检查。"
NUL = "\x00"


class OnlyId(msgspec.Struct):
    """What can be read of a message that is wrong."""

    id: str = ""


only_id = msgspec.json.Decoder(OnlyId)


def _only_for_media(call: Call) -> None:
    """Let in registered applications (their scope is checked by the frame), and staff who manage orders."""
    if call.actor.kind == "partner":
        return
    if not call.actor.is_staff:
        raise TokenRefused("A medium needs a token.")
    if not may(call.actor, "orders.manage"):
        raise PermissionDenied("您的岗位没有这项权限；短信和媒体平台请使用接入应用的令牌。")


def take_messages(call: Call) -> Reply:
    """Take a delivery; each message by itself, in order, so that one that is wrong keeps nothing else out."""
    _only_for_media(call)
    given: bodies.MessagesTold = call.body
    taken: list[bodies.MessageTaken] = []
    refused: list[bodies.MessageRefused] = []
    for index, raw in enumerate(given.messages):
        try:
            message = one_message.decode(raw)
            taken.append(bodies.MessageTaken(message.id, receive_message(_incoming(message)).number))
        except (msgspec.MsgspecError, RecursionError, FlowError) as error:
            refused.append(_refused(index, raw, error))
    return Reply(bodies.MessagesTaken(taken, refused))


def _incoming(told: bodies.MessageTold) -> Incoming:
    words = (told.source, told.id, told.medium, told.sender, told.name, told.subject, told.text)
    if any(NUL in word for word in words):
        raise Incomplete("这条消息不能受理。", fields={"text": "含有不能使用的字符。"})
    return Incoming(
        source=told.source, provider_id=told.id, sender=told.sender.strip(), medium=told.medium.strip(), name=told.name,
        subject=told.subject, text=told.text, sent_at=told.sent_at, received_at=told.received_at,
        uploads=tuple(dict.fromkeys(told.files)),
    )  # fmt: skip


def _refused(index: int, raw: msgspec.Raw, error: Exception) -> bodies.MessageRefused:
    if isinstance(error, FlowError):
        fields = {str(name): str(words) for name, words in error.details.get("fields", {}).items()}
        return bodies.MessageRefused(index, _id_of(raw), error.sentence, fields)
    fields = fields_of(error) if isinstance(error, msgspec.ValidationError) else {}
    return bodies.MessageRefused(index, _id_of(raw), SENTENCE if not fields else "内容不符合接口约定。", fields)


def _id_of(raw: msgspec.Raw) -> str:
    try:
        return only_id.decode(raw).id[:200]
    except (msgspec.MsgspecError, RecursionError):
        return ""


def take_file(call: Call) -> Reply:
    """Store one file; its type is read from its content, twenty megabytes at most."""
    _only_for_media(call)
    try:
        file = call.request.FILES.get("file")
    except MultiPartParserError as error:
        raise Incomplete(
            "请求体不是有效的 multipart/form-data。", fields={"file": "请用字段 file 上传文件。"}
        ) from error
    if not isinstance(file, UploadedFile):
        raise Incomplete("请用字段 file 上传一个文件。", fields={"file": "请用字段 file 上传文件。"})
    row = store_file(call.actor, (file.name or "").replace(NUL, ""), file)  # type: ignore[arg-type]
    return Reply(bodies.FileTaken(str(row.id), row.name, row.media_type, row.size, bytes(row.digest).hex()), 201)
