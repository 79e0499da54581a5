"""Who gets a call."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.clocks.moment import now
from bangban.services.telephony import actions, reads
from bangban.services.telephony.distribution import FreeAgent, choose
from tests.services.telephony.cast import Hotline, talk
from tests.services.telephony.histories import MORNING

pytestmark = pytest.mark.usefixtures("own_pace")


def free(staff_id: int, minutes: int, *languages: str) -> FreeAgent:
    return FreeAgent(staff_id, str(7000 + staff_id), frozenset(languages), MORNING - timedelta(minutes=minutes))


PLAIN, LONGER = free(1, 5, "mandarin"), free(2, 9, "mandarin")
CANTONESE = free(3, 20, "mandarin", "cantonese")


@pytest.mark.clause("GB33358-4.2.3-b")
@pytest.mark.parametrize(
    ("language", "agents", "chosen", "shortage"),
    [
        ("cantonese", [PLAIN, CANTONESE], 3, False),
        ("", [PLAIN, LONGER], 2, False),
        ("mandarin", [PLAIN, CANTONESE], 1, False),
        ("", [CANTONESE], 3, False),
        ("uyghur", [PLAIN, CANTONESE], 3, True),
        ("uyghur", [free(4, 60, "english"), PLAIN], 1, True),
        ("uyghur", [free(4, 60, "english")], 4, True),
    ],
)
def test_a_call_goes_to_a_speaker_of_its_language_else_to_mandarin_with_the_shortage_noted(
    language: str, agents: list[FreeAgent], chosen: int, shortage: bool
) -> None:
    choice = choose(language, agents)
    assert choice
    assert (choice.agent.staff_id, choice.shortage) == (chosen, shortage)


def test_nobody_free_means_waiting() -> None:
    assert choose("cantonese", []) is None


@pytest.mark.clause("GB33358-4.2.3-b")
def test_calls_that_asked_for_a_language_and_got_another_are_reported(hotline: Hotline) -> None:
    start = now() - timedelta(hours=1)
    actions.receive(talk("met", start=start, language="cantonese", agent="7001"))
    actions.receive(talk("unmet", start=start, language="cantonese", agent="7002"))
    actions.receive(talk("none", start=start, agent="7002"))
    (row,) = reads.shortages(start.date(), start.date()).rows
    assert (row.language, row.agent_name, row.agent_languages) == ("cantonese", "吕话务", ("mandarin",))


def test_free_agents_are_those_who_are_ready_and_in_no_call(hotline: Hotline) -> None:
    for number, person in (("01", hotline.agent), ("02", hotline.second_agent), ("03", hotline.manager)):
        actions.set_up_seat(hotline.manager, number)
        actions.sign_in(person, number)
    actions.set_state(hotline.manager, "wrap_up")
    actions.receive(talk("c", start=now())[:3])
    assert [one.work_number for one in reads.free_agents()] == ["7002"]
    end = now() + timedelta(minutes=5)
    actions.receive(talk("d", start=now(), wait=1, seconds=299, agent="7002"))
    (one,) = reads.free_agents()
    assert abs(one.free_since - end) < timedelta(seconds=2)
