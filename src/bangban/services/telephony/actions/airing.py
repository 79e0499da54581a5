"""What callers may be made to hear: proposed by one, approved by another, and only then played (GB33358-5.1.2.2-b)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.services.telephony.events import REFERENCE
from bangban.services.telephony.models import Audio, AudioState, MenuReason
from bangban.services.telephony.parties import staff_who_may


def propose_audio(actor: Actor, key: str, title: str, text: str, file: str = "") -> Audio:
    """Propose a waiting audio or message, or a new version of one; it is not used before somebody else approves it.

    `text` is what is said, word for word, so that the reviewer can judge it; `file` is a path below the sounds of the
    exchange. Raises NotYours without the duty, Incomplete for what is missing.
    """
    staff_id = staff_who_may(actor, "calls.take")
    problems = {}
    if not REFERENCE.fullmatch(key) or len(key) > 60:
        problems["key"] = "请填写由字母、数字、点、横线组成的代号，60个字以内。"
    if not title.strip():
        problems["title"] = "请填写名称。"
    if not text.strip():
        problems["text"] = "请写出全部播放内容，供审核。"
    if file and not REFERENCE.fullmatch(file):
        problems["file"] = "请填写相对路径，只用字母、数字、点、横线和下划线。"
    if problems:
        raise Incomplete("语音内容没有填完整。", fields=problems)
    return Audio.objects.create(
        key=key, title=title.strip()[:100], text=text.strip()[:2000], file=file, proposed_by_id=staff_id,
        proposed_at=now(),
    )  # fmt: skip


@transaction.atomic
def approve_audio(actor: Actor, audio_id: int) -> Audio:
    """Let an audio be used from now on, in place of the one before under the same key.

    Raises NotYours without the duty, NotAllowed for one's own proposal or one that is decided already.
    """
    audio = _waiting(actor, audio_id)
    Audio.objects.filter(key=audio.key, state=AudioState.APPROVED).update(
        state=AudioState.WITHDRAWN, reason="已由新版本代替"
    )
    return _decide(actor, audio, AudioState.APPROVED, "")


@transaction.atomic
def refuse_audio(actor: Actor, audio_id: int, reason: str) -> Audio:
    """Refuse a proposal with a reason, such as commercial advertising; raises as `approve_audio` does."""
    if not reason.strip():
        raise Incomplete("请填写不通过的理由。", fields={"reason": "请写明理由，提出人可以看到。"})
    return _decide(actor, _waiting(actor, audio_id), AudioState.REFUSED, reason)


@transaction.atomic
def withdraw_audio(actor: Actor, audio_id: int, reason: str) -> Audio:
    """Stop the use of an approved audio, with a reason; NotYours or NotAllowed as for approving."""
    if not reason.strip():
        raise Incomplete("请填写停用的理由。", fields={"reason": "请写明停用的理由。"})
    audio = _found(actor, audio_id)
    if audio.state != AudioState.APPROVED:
        raise NotAllowed("这段语音没有在使用，不需要停用。", state=audio.state)
    audio.state, audio.reason = AudioState.WITHDRAWN, reason.strip()[:500]
    audio.save(update_fields=["state", "reason"])
    return audio


def use_audio(key: str) -> Audio:
    """Return the approved audio of a key, for playing; NotAllowed when there is none, so that nothing else is played."""
    audio = Audio.objects.filter(key=key, state=AudioState.APPROVED).first()
    if audio is None:
        raise NotAllowed("这段语音没有经过审核批准，不能播放。请先提交审核。", state="unapproved")
    return audio


def _waiting(actor: Actor, audio_id: int) -> Audio:
    audio = _found(actor, audio_id)
    if audio.state != AudioState.PROPOSED:
        raise NotAllowed("这段语音已经审核过了。", state=audio.state)
    if audio.proposed_by_id == actor.staff_id:
        raise NotAllowed("自己提出的语音要由另一人审核。", state=audio.state)
    return audio


def _found(actor: Actor, audio_id: int) -> Audio:
    staff_who_may(actor, "orders.manage")
    versions = Audio.objects.filter(key__in=Audio.objects.filter(id=audio_id).values("key")).order_by("id")
    # All versions are locked, so that two that are approved at once follow each other.
    audio = next((row for row in versions.select_for_update() if row.id == audio_id), None)
    if audio is None:
        raise NotYours("没有找到这段语音。")
    return audio


def _decide(actor: Actor, audio: Audio, state: AudioState, reason: str) -> Audio:
    audio.state, audio.reason = state, reason.strip()[:500]
    audio.reviewed_by_id, audio.reviewed_at = actor.staff_id, now()
    audio.save(update_fields=["state", "reason", "reviewed_by", "reviewed_at"])
    return audio


def record_menu_reason(actor: Actor, first: date, last: date | None, reason: str) -> MenuReason:
    """Record why callers pass a voice menu on some days (GB33358-5.1.2.2-a); `last` None: until further notice.

    Raises NotYours for all but hotline managers, Incomplete without a reason or with days in the wrong order.
    """
    staff_id = staff_who_may(actor, "orders.manage")
    problems = {} if reason.strip() else {"reason": "请写明设置语音菜单的理由。"}
    if last is not None and last < first:
        problems["last"] = "结束日期不能早于开始日期。"
    if problems:
        raise Incomplete("语音菜单的理由没有填完整。", fields=problems)
    return MenuReason.objects.create(first=first, last=last, reason=reason.strip()[:500], staff_id=staff_id, at=now())
