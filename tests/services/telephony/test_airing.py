"""What callers may be made to hear."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.services.telephony import actions, reads
from bangban.services.telephony.commands import waiting_commands
from bangban.services.telephony.exchange import exchange
from bangban.services.telephony.models import Audio
from tests.cast import Cast
from tests.services.telephony.cast import Hotline, event, talk


@pytest.mark.clause("GB33358-5.1.2.2-b")
def test_unapproved_audio_is_refused_for_use_and_approved_audio_is_played(hotline: Hotline) -> None:
    audio = actions.propose_audio(hotline.manager, "wait", "等候音", "请稍候，话务员马上接听。", "wait.wav")
    with pytest.raises(NotAllowed, match="审核"):
        actions.use_audio("wait")
    with pytest.raises(NotAllowed, match="审核"):
        exchange().play("c", "wait")
    with pytest.raises(NotAllowed, match="另一人"):
        actions.approve_audio(hotline.manager, audio.id)
    actions.approve_audio(hotline.second_manager, audio.id)
    assert actions.use_audio("wait").text == "请稍候，话务员马上接听。"
    exchange().play("c", "wait")
    (command,) = waiting_commands()
    assert (command.kind, command.call, command.data) == ("play", "c", {"audio": "wait", "file": "wait.wav"})


@pytest.mark.clause("GB33358-5.1.2.2-b")
def test_advertising_is_refused_with_a_reason_and_cannot_be_used(hotline: Hotline) -> None:
    audio = actions.propose_audio(hotline.agent, "ad", "推广", "某某商城周末八折")
    with pytest.raises(Incomplete):
        actions.refuse_audio(hotline.manager, audio.id, " ")
    actions.refuse_audio(hotline.manager, audio.id, "含商业广告")
    with pytest.raises(NotAllowed):
        actions.use_audio("ad")
    with pytest.raises(NotAllowed, match="审核过"):
        actions.approve_audio(hotline.manager, audio.id)


def test_the_database_refuses_a_review_by_the_proposer(hotline: Hotline) -> None:
    audio = actions.propose_audio(hotline.manager, "wait", "等候音", "请稍候")
    rows = Audio.objects.filter(id=audio.id)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="approved", reviewed_by=hotline.manager.staff_id, reviewed_at=now())


def test_a_new_version_takes_the_place_of_the_old_one_and_can_be_withdrawn(hotline: Hotline) -> None:
    for text in ("请稍候", "请您稍候"):
        audio = actions.propose_audio(hotline.agent, "wait", "等候音", text)
        actions.approve_audio(hotline.manager, audio.id)
    assert actions.use_audio("wait").text == "请您稍候"
    assert [one.state for one in reads.audio()] == ["approved", "withdrawn"]
    actions.withdraw_audio(hotline.manager, audio.id, "改用音乐")
    with pytest.raises(NotAllowed):
        actions.use_audio("wait")
    with pytest.raises(NotAllowed):
        actions.withdraw_audio(hotline.manager, audio.id, "再停一次")


def test_strangers_neither_propose_nor_review(hotline: Hotline, city: Cast) -> None:
    audio = actions.propose_audio(hotline.agent, "wait", "等候音", "请稍候")
    with pytest.raises(NotYours):
        actions.propose_audio(city.guide, "x", "x", "x")
    for nobody in (city.guide, hotline.second_agent):
        with pytest.raises(NotYours):
            actions.approve_audio(nobody, audio.id)
    with pytest.raises(Incomplete) as refusal:
        actions.propose_audio(hotline.agent, "../x", "", "", "/etc/passwd")
    assert set(refusal.value.details["fields"]) == {"key", "title", "text", "file"}


@pytest.mark.clause("GB33358-5.1.2.2-a")
def test_days_with_a_voice_menu_are_deviations_and_need_a_recorded_reason(hotline: Hotline) -> None:
    start, day = now() - timedelta(hours=1), now().date()
    actions.receive(talk("plain", start=start))
    assert reads.deviations(day, day) == []
    actions.receive([*talk("menu", start=start), event("menu", "menu", start + timedelta(seconds=1))])
    (found,) = reads.deviations(day, day)
    assert (found.calls, found.reason) == (1, "")
    with pytest.raises(Incomplete):
        actions.record_menu_reason(hotline.manager, day, day - timedelta(days=1), "")
    with pytest.raises(NotYours):
        actions.record_menu_reason(hotline.agent, day, None, "台风期间分流")
    actions.record_menu_reason(hotline.manager, day, None, "台风期间分流")
    assert reads.deviations(day, day)[0].reason == "台风期间分流"
    yesterday = day - timedelta(days=1)
    assert reads.deviations(yesterday, yesterday) == []
