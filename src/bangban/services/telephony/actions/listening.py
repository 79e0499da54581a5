"""Listening to a recording: by duty, for a purpose, unchanged, and written down every time (GB33358-4.2.4-a)."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.access.security_log import note
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.services.telephony.fingerprints import digest_of, unchanged
from bangban.services.telephony.keeping import path_of
from bangban.services.telephony.models import Playback, Recording

PURPOSES = {
    "quality": "质检评分",
    "training": "培训",
    "supervision": "督办核查",
    "complaint": "投诉核查",
    "request": "来电人查询",
}
DUTIES_OF_PURPOSE = {
    "quality": frozenset({"quality_inspector", "hotline_manager"}),
    "training": frozenset({"quality_inspector", "hotline_manager"}),
    "supervision": frozenset({"supervision_officer", "hotline_manager"}),
    "complaint": frozenset({"supervision_officer", "quality_inspector", "hotline_manager"}),
    "request": frozenset({"hotline_manager"}),
}
SHORTEST_REASON = 4


def purposes_for(actor: Actor) -> dict[str, str]:
    """Return the purposes for which this person may listen, with their names."""
    return {code: name for code, name in PURPOSES.items() if not actor.duties.isdisjoint(DUTIES_OF_PURPOSE[code])}


def play(actor: Actor, recording_id: UUID, purpose: str, reason: str, address: str = "") -> Path:
    """Return the file to be played, after the attempt is written down.

    Raises Incomplete without purpose or reason, NotYours (logged) without the right for this purpose, NotAllowed when
    the file is not there, no longer kept, or not what was recorded (logged).
    """
    _ask(purpose, reason)
    recording = Recording.objects.select_related("call").filter(id=recording_id).first()
    if recording is None:
        raise NotYours("没有找到这段录音。")
    if not may(actor, "recordings.play") or purpose not in purposes_for(actor):
        _write(actor, recording, purpose, reason, "no_right", address)
        raise NotYours("没有找到这段录音，或您的岗位不能为这个目的调听。")
    path = path_of(recording.reference)
    if recording.gone_at or recording.keep_until <= now() or path is None:
        _write(actor, recording, purpose, reason, "no_file", address)
        raise NotAllowed("这段录音的文件还没有传到，或已过保存期限。", state="no_file")
    if recording.digest and not unchanged(path, recording.digest):
        _write(actor, recording, purpose, reason, "changed", address)
        raise NotAllowed("录音内容与登记的校验值不符，不能播放。请报告热线管理人员。", state="changed")
    if not recording.digest:
        Recording.objects.filter(id=recording.id, digest="").update(digest=digest_of(path))
    _write(actor, recording, purpose, reason, "", address)
    return path


def _ask(purpose: str, reason: str) -> None:
    problems = {}
    if purpose not in PURPOSES:
        problems["purpose"] = "请选择调听目的：" + "、".join(PURPOSES.values()) + "。"
    if len(reason.strip()) < SHORTEST_REASON:
        problems["reason"] = "请写明调听理由，至少4个字。"
    if problems:
        raise Incomplete("请填写调听目的和理由。", fields=problems)


def _write(actor: Actor, recording: Recording, purpose: str, reason: str, refusal: str, address: str) -> None:
    """Write both logs; they commit before a refusal is raised."""
    with transaction.atomic():
        Playback.objects.create(
            recording=recording, account_id=actor.account_id, who=actor.public_name or actor.id, purpose=purpose,
            reason=reason.strip()[:500], at=now(), allowed=not refusal, outcome=refusal,
        )  # fmt: skip
        note(
            "recording", success=not refusal, account_id=actor.account_id, subject=f"recording:{recording.id}",
            address=address, detail=":".join(filter(None, (purpose, refusal))), reason=reason.strip(),
        )  # fmt: skip
