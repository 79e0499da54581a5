"""Recordings are kept with their call, and listened to by right and purpose only."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import SecurityEvent
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.privacy.crypto import digest
from bangban.services.telephony import actions, reads
from bangban.services.telephony.models import Call, Recording
from tests.services.telephony.cast import Hotline, event, talk

SOUND = b"RIFF....WAVE" * 1000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    found = tmp_path / "recordings"
    found.mkdir()
    return found


def recorded(folder: Path, told: str = "", content: bytes | None = SOUND, reference: str = "2026/11/c.wav") -> UUID:
    """A call with a recording; returns the id of the recording."""
    start = now() - timedelta(minutes=10)
    if content is not None:
        (folder / reference).parent.mkdir(parents=True, exist_ok=True)
        (folder / reference).write_bytes(content)
    actions.receive(
        [*talk("c", start=start), event("recorded", "c", start + timedelta(seconds=66), recording=reference, seconds=60, digest=told)]
    )  # fmt: skip
    return Recording.objects.get().id


@pytest.mark.clause("GB33358-4.2.4-a")
def test_a_recording_belongs_to_the_order_of_its_call_and_is_kept_for_its_time(hotline: Hotline, folder: Path) -> None:
    recorded(folder)
    call = Call.objects.get()
    actions.attach(call.id, "GD1")
    (found,) = reads.recordings_of_record("GD1")
    assert found == reads.recordings_of(call.id)[0]
    assert (found.seconds, found.record_number) == (60, "GD1")
    assert found.keep_until - found.at == timedelta(days=1095)


@pytest.mark.clause("GB33358-4.2.4-a")
def test_playback_without_the_right_is_refused_and_logged(hotline: Hotline, folder: Path) -> None:
    recording = recorded(folder)
    with pytest.raises(NotYours):
        actions.play(hotline.agent, recording, "quality", "想听一下自己的通话")
    (line,) = reads.playbacks(recording)
    assert (line.who, line.allowed, line.outcome) == ("何话务", False, "no_right")
    logged = SecurityEvent.objects.get(kind="recording")
    assert (logged.success, logged.account_id, logged.subject) == (
        False, hotline.agent.account_id, f"recording:{recording}",
    )  # fmt: skip


@pytest.mark.clause("GB33358-4.2.4-a")
def test_who_may_listen_does_so_for_a_purpose_of_the_duty_and_it_is_written_down(
    hotline: Hotline, folder: Path
) -> None:
    recording = recorded(folder)
    path = actions.play(hotline.inspector, recording, "quality", "十一月抽检第3组")
    assert path.read_bytes() == SOUND
    with pytest.raises(NotYours):
        actions.play(hotline.inspector, recording, "supervision", "替督办同事听一下")
    assert [(one.purpose, one.allowed) for one in reads.playbacks(recording)] == [
        ("supervision", False), ("quality", True),
    ]  # fmt: skip


@pytest.mark.parametrize(("purpose", "reason"), [("", "核实情况"), ("fun", "核实情况"), ("quality", " 听 ")])
def test_without_purpose_or_reason_nothing_is_played(hotline: Hotline, folder: Path, purpose: str, reason: str) -> None:
    recording = recorded(folder)
    with pytest.raises(Incomplete):
        actions.play(hotline.inspector, recording, purpose, reason)


@pytest.mark.clause("GB33358-4.2.4-a")
@pytest.mark.parametrize(
    "spelling", [digest(SOUND).hex(), "sm3:" + digest(SOUND).hex(), "sha256:" + sha256(SOUND).hexdigest()]
)
def test_a_changed_recording_is_not_played(hotline: Hotline, folder: Path, spelling: str) -> None:
    recording = recorded(folder, spelling)
    path = listen(hotline.manager, recording)
    path.write_bytes(SOUND + b"!")
    with pytest.raises(NotAllowed, match="校验值不符"):
        listen(hotline.manager, recording)
    assert reads.playbacks(recording)[0].outcome == "changed"


def listen(actor: Actor, recording: UUID) -> Path:
    return actions.play(actor, recording, "complaint", "核查投诉反映的情况")


def test_a_recording_without_a_digest_gets_one_as_soon_as_the_file_is_there(hotline: Hotline, folder: Path) -> None:
    recording = recorded(folder)
    assert actions.digest_recordings(now()) == 1
    assert Recording.objects.get().digest == digest(SOUND).hex()
    listen(hotline.manager, recording).write_bytes(b"else")
    with pytest.raises(NotAllowed, match="校验值"):
        listen(hotline.manager, recording)
    actions.receive(talk("c2", start=now()))
    assert actions.digest_recordings(now()) == 0


def test_a_file_outside_the_folder_is_never_played(hotline: Hotline, folder: Path) -> None:
    (folder.parent / "secret-key").write_bytes(b"secret")
    recording = recorded(folder, content=None)
    Recording.objects.update(reference="../secret-key")
    with pytest.raises(NotAllowed, match="没有传到"):
        listen(hotline.manager, recording)
    (folder / "link.wav").symlink_to(folder.parent / "secret-key")
    Recording.objects.update(reference="link.wav")
    with pytest.raises(NotAllowed, match="没有传到"):
        listen(hotline.manager, recording)


@pytest.mark.clause("GB33358-4.2.4-a")
def test_a_recording_is_erased_when_its_time_is_over(hotline: Hotline, folder: Path) -> None:
    recording = recorded(folder)
    assert actions.erase_old_recordings(now()) == 0
    later = now() + timedelta(days=1096)
    assert actions.erase_old_recordings(later) == 1
    assert not (folder / "2026/11/c.wav").exists()
    assert reads.recordings_of(Call.objects.get().id)[0].gone_at == later
    with pytest.raises(NotAllowed, match="保存期限"):
        listen(hotline.manager, recording)


def test_no_recording_is_nobodys(hotline: Hotline, folder: Path) -> None:
    with pytest.raises(NotYours):
        listen(hotline.manager, new_id())
