"""The assistant quotes the guide, and says so honestly where the guide is silent."""

from __future__ import annotations

import msgspec
import pytest

from bangban.services.assistant.guide import ASPECTS, Aspect, ItemGuide, aspect_answer, guide_answer

FULL = ItemGuide(
    id="1",
    name="居民身份证补领",
    unit="某市公安局",
    materials=("居民户口簿", "申请表"),
    conditions="身份证丢失的居民",
    steps=("申请", "受理", "领证"),
    legal_limit="60个工作日",
    promised_limit="20个工作日",
    fee="工本费40元",
    place="办理地点：人民路1号一楼",
    hours="工作日9:00-17:00",
    phone="010-12345678",
    visits=1,
    online=True,
    booking=True,
    courier=True,
    result="居民身份证",
    url="https://example.test/guide/1",
)
BARE = ItemGuide(id="2", name="某某备案")


@pytest.mark.parametrize(
    ("aspect", "quoted"),
    [
        ("materials", "1. 居民户口簿\n2. 申请表"),
        ("condition", "身份证丢失的居民。"),
        ("process", "1. 申请；2. 受理；3. 领证。"),
        ("time", "承诺办结时限 20个工作日，法定办结时限 60个工作日。"),
        ("fee", "工本费40元。"),
        ("place", "人民路1号一楼。办公时间：工作日9:00-17:00。"),
        ("online", "可以网上办理，入口：https://example.test/guide/1。"),
        ("visits", "最多到现场 1 次。"),
        ("booking", "可以网上预约办理。"),
        ("phone", "010-12345678"),
        ("result", "居民身份证，可以邮寄送达。"),
    ],
)
def test_one_side_is_quoted_from_the_guide(aspect: Aspect, quoted: str) -> None:
    answer = aspect_answer(FULL, aspect)
    assert answer.startswith("《居民身份证补领》")
    assert quoted in answer


@pytest.mark.parametrize("aspect", ASPECTS)
def test_a_silent_guide_is_admitted_with_whom_to_ask(aspect: Aspect) -> None:
    answer = aspect_answer(BARE, aspect)
    assert "没有写明" in answer
    assert "12345" in answer


@pytest.mark.parametrize("aspect", ["materials", "fee", "time"])
def test_a_silent_guide_names_the_unit_and_its_number_when_it_has_them(aspect: Aspect) -> None:
    answer = aspect_answer(msgspec.structs.replace(BARE, unit="某局", phone="8888"), aspect)
    assert "某局" in answer
    assert "8888" in answer


def test_no_materials_needed_is_not_the_same_as_not_stated() -> None:
    assert "不需要提交材料" in aspect_answer(msgspec.structs.replace(BARE, materials=()), "materials")


def test_no_visit_and_not_online_are_said_in_words() -> None:
    guide = msgspec.structs.replace(BARE, visits=0, online=False, booking=False)
    assert "不用跑现场" in aspect_answer(guide, "visits")
    assert "不能全程网上办理" in aspect_answer(guide, "online")
    assert "不支持网上预约" in aspect_answer(guide, "booking")


def test_the_whole_guide_holds_every_stated_side_and_its_address() -> None:
    answer = guide_answer(FULL)
    for part in ("某市公安局", "居民户口簿", "20个工作日", "40元", "人民路1号", "https://example.test/guide/1"):
        assert part in answer


def test_the_whole_of_a_bare_guide_invents_nothing() -> None:
    answer = guide_answer(BARE)
    assert "没有写明" in answer
    assert "None" not in answer
