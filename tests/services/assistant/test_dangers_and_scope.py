"""Danger, sensitive topics and matters outside the service are recognised by the tables, and only they."""

from __future__ import annotations

import re

import pytest

from bangban.services.assistant.context import Conversation
from bangban.services.assistant.rules import Settings, decide
from bangban.services.assistant.scope import Row, matching, tables
from tests.services.assistant.shelf_of_entries import hit

CALM = Conversation()
SURE = [hit("a", 0.99)]


@pytest.mark.parametrize(
    ("message", "code", "phone"),
    [
        ("我家着火了快来人", "accident_fire", "119"),
        ("闻到煤气味了怎么办", "accident_fire", "119"),
        ("我被困在电梯里了", "accident_fire", "119"),
        ("高速上刚刚追尾了", "accident_traffic", "122"),
        ("有辆车撞倒了人", "accident_traffic", "122"),
        ("我爸晕倒了没有呼吸", "public_health", "120"),
        ("好多同学食物中毒", "public_health", "120"),
        ("有人掉进河里了", "public_health", "120"),
        ("有人持刀在小区里", "social_security", "110"),
        ("小孩走丢了找不到", "social_security", "110"),
        ("有人入室偷东西", "social_security", "110"),
        ("山洪来了我们在屋顶", "natural_disaster", "119"),
        ("刚刚地震房子裂了", "natural_disaster", "119"),
        ("家里被水淹了", "natural_disaster", "119"),
    ],
)
def test_danger_gets_its_number_before_anything_else(message: str, code: str, phone: str) -> None:
    decision = decide(message, SURE, CALM, Settings())
    assert (decision.decision, decision.reason, decision.phone) == ("redirect", f"emergency_{code}", phone)
    assert phone in decision.text


@pytest.mark.parametrize(
    "question",
    [
        "遇到地震我该怎么办",
        "如何预防火灾",
        "交通事故认定复核怎么申请",
        "火灾现场勘查证明怎么开",
        "民用爆炸物品销售许可",
        "孩子丢了身份证怎么补办",
        "孩子的身份证不见了",
        "溺水者的救助方法是什么",
        "小区电梯卡多少钱",
        "食物中毒事件调查结果查询",
        "抢劫罪判几年",
        "台风天气停课规定",
        "工伤事故赔偿标准",
        "我刚刚转账交了社保",
        "燃气开户",
    ],
)
def test_asking_about_dangers_is_no_danger(question: str) -> None:
    assert matching(tables().emergencies, question) is None


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("我不想活了", "self_harm"),
        ("再不给办我就去上访", "petition"),
        ("我要炸了你们单位", "violence"),
        ("老公天天家暴我", "abuse"),
        ("窗口工作人员找我要红包", "official_misconduct"),
    ],
)
def test_a_sensitive_topic_goes_to_a_person_at_once(message: str, code: str) -> None:
    decision = decide(message, SURE, CALM, Settings())
    assert (decision.decision, decision.reason) == ("human", f"sensitive_{code}")
    assert decision.text


@pytest.mark.parametrize(
    ("question", "code", "group"),
    [
        ("我要投诉你们窗口", "complaint", "complaint"),
        ("你们态度恶劣", "complaint", "complaint"),
        ("我为什么被罚款", "penalty", "not_on_application"),
        ("我的车被扣了", "coercion", "not_on_application"),
        ("执法局又来检查", "inspection", "not_on_application"),
        ("小学学区怎么划片", "school", "daily_life"),
        ("哪家医院看牙好", "medical", "daily_life"),
        ("地铁末班车几点", "travel", "daily_life"),
        ("水费怎么交", "bills", "daily_life"),
        ("我家停电了", "power", "daily_life"),
        ("暖气不热", "water_gas_heating", "daily_life"),
        ("楼上邻居半夜很吵", "noise", "daily_life"),
        ("疫情隔离政策是几天", "epidemic", "policy_of_the_day"),
        ("讲个笑话", "other", "other"),
    ],
)
def test_a_matter_outside_the_service_gets_its_path(question: str, code: str, group: str) -> None:
    decision = decide(question, [hit("a", 0.3)], CALM, Settings())
    assert (decision.decision, decision.reason) == ("redirect", f"out_of_scope_{code}")
    assert decision.row is not None
    assert decision.row.group == group
    assert decision.phone in decision.text


@pytest.mark.parametrize("question", ["我要投诉你们窗口", "我家停水了", "老板欠我三个月工资"])
def test_what_is_out_of_scope_goes_before_a_hit_that_is_not_very_sure(question: str) -> None:
    assert decide(question, [hit("a", 0.7)], CALM, Settings()).decision == "redirect"
    assert decide(question, [hit("a", 0.9, title=question)], CALM, Settings()).decision == "answer"


def test_a_place_may_give_its_own_number() -> None:
    decision = decide("我家停水了", [], CALM, Settings(phones={"water_gas_heating": "96116"}))
    assert decision.phone == "96116"
    assert "96116" in decision.text


ROWS = [*tables().emergencies, *tables().sensitive, *tables().out_of_scope]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_every_row_names_its_clause_and_says_what_to_do(row: Row) -> None:
    assert re.fullmatch(r"[A-Z0-9]+-[0-9A-Za-z.-]+", row.clause)
    assert re.fullmatch(r"\d{3,8}", row.phone)
    assert "{phone}" in row.text
    assert row.text.endswith("。")
    for words in (*row.words, *row.unless):
        re.compile(words)


def test_the_four_emergency_classes_and_the_five_path_classes_are_all_there() -> None:
    classes = {"accident", "public", "social", "natural", "fraud"}
    assert {row.code.partition("_")[0] for row in tables().emergencies} == classes
    groups = {row.group for row in tables().out_of_scope}
    assert groups == {"not_on_application", "daily_life", "complaint", "policy_of_the_day", "other"}
    assert len({row.code for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("隔壁楼冒烟，好大火", "accident_fire"),
        ("楼下厨房烧起来了快来人", "accident_fire"),
        ("一股好重的煤气味，我不敢开灯", "accident_fire"),
        ("我头晕得不行，站不稳，胸口好痛", "public_health"),
        ("我爸突然倒在地上，叫不醒", "public_health"),
        ("老人喘不上气，嘴唇发紫", "public_health"),
        ("刚刚有人被货车撞了，躺在路上", "accident_traffic"),
        ("有人冒充公安打电话让我转钱，钱已经转了", "fraud"),
        ("几个人围着打一个小孩", "social_security"),
        ("救命，他不让我出门", "social_security"),
        ("山上石头滚下来了", "natural_disaster"),
    ],
)
def test_danger_is_heard_as_people_say_it(message: str, code: str) -> None:
    assert decide(message, SURE, CALM, Settings()).reason == f"emergency_{code}"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("最近睡不着老想死，算了没人懂", "self_harm"),
        ("活着好累，撑不下去了", "self_harm"),
        ("我的事反映三年了，再不解决我就去省里", "petition"),
        ("老公喝醉酒就打我", "abuse"),
        ("我怀疑你们有人收了公司的钱", "official_misconduct"),
    ],
)
def test_a_sensitive_topic_is_heard_as_people_say_it(message: str, code: str) -> None:
    assert decide(message, SURE, CALM, Settings()).reason == f"sensitive_{code}"


@pytest.mark.parametrize(
    "question",
    ["老人死亡后怎么注销户口", "累死了，办个证跑三趟", "遗嘱公证怎么办", "消防验收怎么申请", "抽油烟机补贴怎么领"],
)
def test_everyday_words_are_neither_danger_nor_sensitive(question: str) -> None:
    assert not matching(tables().emergencies, question)
    assert not matching(tables().sensitive, question)
