"""The checklist: ticking what is ready, and sending files ahead (DB23-6.5.1.3-c)."""

from __future__ import annotations

from typing import BinaryIO

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import NotAllowed, NotYours
from bangban.services.appointments.actions.door import appointment_deed
from bangban.services.appointments.models import Appointment, Preparation
from bangban.services.appointments.reads.found import get_appointment
from bangban.services.conversation.files import store_upload


def tick(actor: Actor, number: str, key: str, done: bool) -> Preparation:
    """Note that a material is ready, or not yet."""
    with appointment_deed(actor, number, "tick") as work:
        line = _line(work, key)
        line.ticked_at = work.at if done else None
        work.changed(line, "ticked_at")
        work.tell(material=key, done=done)
    return line


def prepare_file(actor: Actor, number: str, key: str, upload: BinaryIO, name: str = "") -> Preparation:
    """Keep a file for one material; a later one takes its place. Raises Incomplete for files that are not allowed."""
    owner = get_appointment(actor, number)
    title = name or str(getattr(upload, "name", "") or "文件")
    attachment = store_upload(upload, title, actor, owner.id)
    with appointment_deed(actor, number, "prepare") as work:
        line = _line(work, key)
        if line.shared:
            raise NotAllowed("这项材料由部门共享获取，不需要您提交。", state=work.record.state)
        work.insert(attachment)
        line.file, line.uploaded_at, line.ticked_at = attachment, work.at, line.ticked_at or work.at
        work.changed(line, "file", "uploaded_at", "ticked_at")
        work.tell(material=line.name, attachment=str(attachment.id), sm3=bytes(attachment.digest).hex())
    return line


def _line(work: Deed[Appointment], key: str) -> Preparation:
    line = Preparation.objects.filter(appointment=work.record, key=key).first()
    if line is None:
        raise NotYours("没有找到这项材料，请刷新页面。")
    return line
