"""Recordings at the desk: seen with the order, heard by right, purpose and reason, and every attempt written down."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client

from bangban.foundation.access.duties import DUTIES, PERMISSIONS
from bangban.foundation.access.models import SecurityEvent
from bangban.foundation.clocks.moment import now
from bangban.services.telephony.actions import attach, receive
from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.models import Call, Playback, Recording
from tests.hotline import Hotline, hotline_staff, registered_order
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db
SOUND = b"RIFF....WAVE" * 1000


@pytest.fixture
def recording(line: Hotline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recording:
    """A recording of a call with an order, whose file is there."""
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "c.wav").write_bytes(SOUND)
    start = now() - timedelta(minutes=10)
    common = {"exchange": "main", "call": "c", "caller": "13900000034"}
    receive(
        [
            ExchangeEvent(id="1", kind="offered", at=start, **common),
            ExchangeEvent(id="2", kind="ringing", at=start, agent="801", **common),
            ExchangeEvent(id="3", kind="answered", at=start + timedelta(seconds=4), agent="801", **common),
            ExchangeEvent(id="4", kind="hung_up", at=start + timedelta(seconds=64), agent="801", **common),
            ExchangeEvent(id="5", kind="recorded", at=start + timedelta(seconds=66), recording="c.wav", seconds=60, **common),
        ]
    )  # fmt: skip
    attach(Call.objects.get().id, registered_order(line).number)
    return Recording.objects.select_related("call").get()


def page_of(recording: Recording) -> str:
    return f"/desk/calls/of/{recording.call.record_number}/recordings"


def listen(client: Client, recording: Recording, purpose: str = "quality", reason: str = "抽查服务用语"):  # type: ignore[no-untyped-def]
    return client.post(page_of(recording), {"recording": recording.id, "purpose": purpose, "reason": reason})


@pytest.mark.clause("GB33358-4.2.4-a")
def test_playback_without_right_is_refused_in_plain_words_and_logged(
    line: Hotline, desk: Desk, recording: Recording
) -> None:
    client = desk(line.agent)
    seen = client.get(page_of(recording)).content.decode()
    assert "不能调听" in seen
    assert "登记并播放" not in seen
    answer = listen(client, recording)
    assert answer.status_code == 404
    assert "您的岗位不能为这个目的调听" in answer.content.decode()
    row = Playback.objects.get()
    assert (row.allowed, row.outcome, row.who) == (False, "no_right", "江话务")
    assert SecurityEvent.objects.filter(kind="recording", success=False).count() == 1
    assert client.get(f"/desk/calls/recordings/{recording.id}/sound").status_code == 403
    assert "没有权限" in desk(line.inspector).get(f"/desk/calls/recordings/{recording.id}/log").content.decode()


@pytest.mark.clause("GB33358-4.2.4-a")
def test_an_inspector_listens_after_purpose_and_reason_and_the_sound_is_not_kept(
    line: Hotline, desk: Desk, recording: Recording
) -> None:
    client = desk(line.inspector)
    address = f"/desk/calls/recordings/{recording.id}/sound"
    assert client.get(address).status_code == 404
    assert listen(client, recording).status_code == 303
    assert address in client.get(page_of(recording)).content.decode()
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == SOUND  # type: ignore[attr-defined]
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Type"] == "audio/wav"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert Playback.objects.get().allowed


def test_a_player_may_move_within_a_recording(line: Hotline, desk: Desk, recording: Recording) -> None:
    client = desk(line.inspector)
    listen(client, recording)
    address = f"/desk/calls/recordings/{recording.id}/sound"
    answer = client.get(address, headers={"Range": "bytes=4-7"})
    assert (answer.status_code, b"".join(answer.streaming_content)) == (206, b"....")  # type: ignore[attr-defined]
    assert answer["Content-Range"] == f"bytes 4-7/{len(SOUND)}"
    assert client.get(address, headers={"Range": "bytes=99999999-"}).status_code == 416
    assert client.get(address, headers={"Range": "bytes=abc"}).status_code == 200


def test_a_permission_to_listen_ends_and_belongs_to_one_browser(
    line: Hotline, desk: Desk, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = desk(line.inspector)
    listen(client, recording)
    address = f"/desk/calls/recordings/{recording.id}/sound"
    assert desk(line.manager).get(address).status_code == 404
    from bangban.surfaces.hotline import recordings

    later = now() + timedelta(minutes=31)
    monkeypatch.setattr(recordings, "now", lambda: later)
    assert client.get(address).status_code == 404


def test_missing_purpose_or_reason_is_shown_at_the_field_and_what_was_typed_stays(
    line: Hotline, desk: Desk, recording: Recording
) -> None:
    answer = listen(desk(line.inspector), recording, purpose="", reason="核对投诉里的通话")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请选择调听目的" in page
    assert 'value="核对投诉里的通话"' in page
    assert not Playback.objects.exists()


def test_a_changed_or_missing_file_is_refused_in_words(
    line: Hotline, desk: Desk, recording: Recording, tmp_path: Path
) -> None:
    client = desk(line.inspector)
    (tmp_path / "recordings" / "c.wav").unlink()
    answer = listen(client, recording)
    assert answer.status_code == 409
    assert "文件还没有传到" in answer.content.decode()


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_recordings_are_listed_only_for_duties_that_see_the_order(
    line: Hotline, desk: Desk, recording: Recording, duty: str
) -> None:
    client = desk(hotline_staff("walker", "走访", "hl", duty))
    holds = any(duty in PERMISSIONS[name] for name in ("orders.list", "recordings.play"))
    for address in (page_of(recording), f"/desk/calls/{recording.call_id}/recordings"):
        status = client.get(address).status_code
        assert status in ((200, 404) if holds else (403,)), (duty, address, status)
    log = client.get(f"/desk/calls/recordings/{recording.id}/log").status_code
    assert log == (200 if duty in PERMISSIONS["recordings.play"] else 403), duty


def test_a_call_without_recording_says_so_and_unknown_ones_are_not_found(
    line: Hotline, desk: Desk, recording: Recording
) -> None:
    client = desk(line.manager)
    Recording.objects.all().delete()
    assert "没有录音" in client.get(page_of(recording)).content.decode()
    assert client.get(f"/desk/calls/{UUID(int=1)}/recordings").status_code == 404
    assert client.get("/desk/calls/of/GD1/recordings").status_code == 404
    assert "还没有人调听过" in client.get(f"/desk/calls/recordings/{UUID(int=1)}/log").content.decode()
