"""Which words tell of an emergency, and which only look like it."""

from __future__ import annotations

import pytest

from bangban.services.assistant.scope import tables
from bangban.services.hotline.emergency_words import CLASS_OF, emergency_in
from bangban.services.hotline.terms import EmergencyClass


@pytest.mark.clause("GB33358-3.1", "GB33358-5.2.2.3")
@pytest.mark.parametrize(("text", "kind", "number"), [
    ("楼下着火了快来人", "accident_disaster", "119"),
    ("家里煤气漏了，味道很大", "accident_disaster", "119"),
    ("小区门口刚发生车祸，有人受伤", "accident_disaster", "122"),
    ("电梯里困住人了，被困在电梯里", "accident_disaster", "119"),
    ("有人晕倒在路边没有呼吸", "public_health", "120"),
    ("我们几个人吃完宵夜都上吐下泻", "public_health", "120"),
    ("洪水淹进屋了", "natural_disaster", "119"),
    ("门口路面塌陷了", "natural_disaster", "119"),
    ("有人拿刀砍人", "social_security", "110"),
    ("冒充公安叫我把钱转到安全账户，刚转过去了", "social_security", "110"),
    ("我要投诉物业。现在楼里着火了没人管", "accident_disaster", "119"),
])  # fmt: skip
def test_an_emergency_gives_its_class_and_the_number_to_dial(text: str, kind: str, number: str) -> None:
    alarm = emergency_in(text)
    assert alarm is not None
    assert (alarm.emergency_class, alarm.number) == (kind, number)
    assert alarm.words in text
    assert number in alarm.say


def test_whoever_is_hurt_needs_the_ambulance_besides_the_fire_brigade() -> None:
    for text in ("厨房燃气泄漏，有人昏迷", "家里煤气漏了。老人晕倒叫不醒", "小区门口刚发生车祸，有人受伤"):
        alarm = emergency_in(text)
        assert alarm is not None
        assert alarm.numbers == (alarm.number, "120")
        assert "120" in alarm.say
    for text in ("家里煤气漏了，没有人受伤", "有人晕倒在路边没有呼吸"):
        alarm = emergency_in(text)
        assert alarm is not None
        assert alarm.numbers == (alarm.number,)


@pytest.mark.parametrize("text", [
    "", "我要坐火车去北京", "火车站广场舞噪音扰民", "消防验收怎么办理", "消防通道被占用", "救护车收费标准是多少", "救护车乱收费我要投诉",
    "火锅店油烟很大", "去年家里着火了，保险公司不赔", "燃气改造收费太高", "交通事故认定书怎么复核", "地震预防知识在哪里学", "烟花爆竹什么时候可以放",
    "楼上漏水", "路灯不亮", "急救知识培训在哪里报名", "孩子的出生证丢了",
])  # fmt: skip
def test_words_that_only_look_like_an_emergency_raise_none(text: str) -> None:
    assert emergency_in(text) is None


def test_every_row_of_the_table_has_one_of_the_four_classes() -> None:
    assert {row.code for row in tables().emergencies} <= CLASS_OF.keys()
    assert {row.phone for row in tables().emergencies} == {"110", "119", "120", "122"}
    assert set(CLASS_OF.values()) == set(EmergencyClass)


def test_a_letter_that_tells_of_old_dangers_amid_a_long_story_raises_none_but_its_beginning_and_end_count() -> None:
    story = "小区物业长期不作为，业主多次反映没有结果，希望有关部门重视。" * 8
    assert emergency_in(story + "三号楼着火了没人管。" + story) is None
    assert emergency_in("三号楼着火了。" + story) is not None
    assert emergency_in(story + "现在三号楼着火了") is not None
