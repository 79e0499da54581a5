"""What is outside online guidance: the tables recognise it, the place's own directory answers (BJ-4)."""

from __future__ import annotations

import pytest

from bangban.foundation.access.actors import SYSTEM
from bangban.registry.knowledge import actions as knowledge
from bangban.registry.knowledge.reads.wording import forget
from bangban.services.assistant.actions import ask
from tests.cast import Cast
from tests.services.assistant.conftest import GUEST


@pytest.mark.clause("BJ-4", "BJ-4.1-b")
@pytest.mark.parametrize(
    ("question", "phone"), [("我家停电两小时了，打哪个电话", "95598"), ("档口水费贵得离谱", "96968")]
)
def test_daily_life_gets_the_place_s_own_number(town: Cast, question: str, phone: str) -> None:
    turn = ask(GUEST, question)
    assert turn.decision == "redirect"
    assert phone in turn.text
    assert turn.answers[0].link == f"tel:{phone}"


@pytest.mark.clause("BJ-4.1-b")
@pytest.mark.parametrize(
    "question", ["哪家医院看牙好", "小学学区怎么划片", "地铁末班车几点", "水费怎么交", "没有暖气了"]
)
def test_a_topic_that_the_directory_lacks_still_gets_a_telephone(town: Cast, question: str) -> None:
    turn = ask(GUEST, question)
    assert turn.decision == "redirect"
    assert turn.answers[0].link.removeprefix("tel:").isdigit()


@pytest.mark.clause("BJ-4.1-a")
def test_a_penalty_is_not_started_by_application(town: Cast) -> None:
    turn = ask(GUEST, "为什么罚我钱")
    assert (turn.decision, turn.text) == ("redirect", "请拨打决定书上的电话。")


@pytest.mark.clause("BJ-4.2")
def test_a_complaint_is_led_to_12345(town: Cast) -> None:
    turn = ask(GUEST, "你们窗口的人态度恶劣")
    assert turn.decision == "redirect"
    assert "12345" in turn.text


def test_a_keyword_of_the_directory_recognises_what_no_row_knows(town: Cast) -> None:
    turn = ask(GUEST, "骨灰盒跟殡葬用品都好贵")
    assert (turn.decision, turn.answers[0].link) == ("redirect", "tel:12358")


def test_an_edit_of_the_directory_is_what_is_said_next(town: Cast) -> None:
    knowledge.save_path("daily_life", "供电", "请打新号码。", "95999", SYSTEM, keywords=("停电",))
    forget()
    assert ask(GUEST, "我家停电了").text == "请打新号码。"


@pytest.mark.clause("T637-8.2-b")
def test_danger_is_told_its_number_whatever_the_directory_says(town: Cast) -> None:
    turn = ask(GUEST, "隔壁楼冒烟，好大火")
    assert (turn.emergency, turn.text) == ("119", "请马上拨119，说清地址。")
    other = ask(GUEST, "我爸突然倒在地上，叫不醒")
    assert other.emergency == "120"
    assert "120" in other.text


@pytest.mark.clause("T637-8.2-b")
def test_distress_goes_to_a_person_with_the_helpline_beside(town: Cast) -> None:
    turn = ask(GUEST, "最近睡不着老想死，算了没人懂")
    assert turn.decision == "human"
    assert turn.answers[0].link == "tel:12356"
    assert "12356" in turn.text
