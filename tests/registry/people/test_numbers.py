"""Numbers and names: the vectors of the standards, and what nobody may write down (F10.05-F10.08)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from bangban.registry.people.rules import NewPerson, birth_date, check_name, check_number, check_person, is_elder

ID = "11010519491231002X"
CODE = "91350100M000100Y43"


@pytest.mark.parametrize(
    ("id_type", "number"),
    [
        ("111", ID),
        ("111", "11010519491231002x"),
        ("111", "110105 19491231 002X"),
        ("uscc", CODE),
        ("uscc", "91350100-m000100y43"),
        ("414", "E12345678"),
        ("414", "EA1234567"),
        ("414", "G12345678"),
        ("516", "H12345678"),
        ("516", "M1234567801"),
        ("511", "12345678"),
        ("553", "CAN440082061501"),
        ("foreign_passport", "AB1234567"),
    ],
)
def test_right_numbers_pass(id_type: str, number: str) -> None:
    assert check_number(id_type, number) == ""


@pytest.mark.parametrize(
    ("id_type", "number"),
    [
        ("111", "110105194912310021"),
        ("111", "11010519491331002X"),
        ("111", "1101051949123100"),
        ("111", "11010519491231002Y"),
        ("111", "１X0105194912310021"),
        ("111", ""),
        ("uscc", "91350100M000100Y44"),
        ("uscc", "91350100M000100I43"),
        ("414", "A12345678"),
        ("516", "X12345678"),
        ("511", "1234567"),
        ("553", ID),
        ("residence", ID),
        ("999", ID),
        ("foreign_passport", "A<script>"),
    ],
)
def test_wrong_numbers_get_a_sentence(id_type: str, number: str) -> None:
    assert check_number(id_type, number).endswith("。")


def with_check(body: str) -> str:
    return body + ric.calc_check_digit(body + "0")


@pytest.mark.parametrize("region", ["810000", "820000", "830000"])
def test_residents_from_hong_kong_macao_and_taiwan_have_numbers_too(region: str) -> None:
    assert check_number("residence", with_check(f"{region}19800101001")) == ""


@given(
    region=st.integers(110000, 659999),
    born=st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    serial=st.integers(0, 999),
    place=st.integers(0, 16),
    shift=st.integers(1, 9),
)
def test_every_single_wrong_digit_is_found(region: int, born: date, serial: int, place: int, shift: int) -> None:
    number = with_check(f"{region}{born:%Y%m%d}{serial:03}")
    assert check_number("111", number) == ""
    assert birth_date("111", number) == born
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert check_number("111", wrong) != ""


@given(st.text(max_size=40))
def test_no_text_breaks_the_checks(text: str) -> None:
    for id_type in ("111", "uscc", "414", "516", "511", "553", "residence", "foreign_passport", text):
        check_number(id_type, text)
    check_name(text)
    birth_date("111", text)


@pytest.mark.parametrize("name", ["", "  ", "<script>", "张\n三", "a" * 101, "x;y"])
def test_what_is_no_name(name: str) -> None:
    assert check_name(name)


@pytest.mark.parametrize(
    "name", ["张三", "阿不都热合曼·买买提", "O'Brien-Smith", "𠅤㛃", "广州市越秀区某某(集团)有限公司"]
)
def test_what_is_a_name(name: str) -> None:
    assert check_name(name) == ""


def test_all_wrong_fields_are_named_at_once() -> None:
    problems = check_person(NewPerson(name="<b>", phone="12", email="x", id_type="111", id_number="1"))
    assert set(problems) == {"name", "phone", "email", "id_number"}


def test_persons_and_organisations_have_their_own_numbers() -> None:
    assert "id_type" in check_person(NewPerson(kind="legal_person", id_type="111", id_number=ID))
    assert "id_type" in check_person(NewPerson(id_type="uscc", id_number=CODE))


def test_sixty_is_counted_to_the_day() -> None:
    assert not is_elder(date(1966, 11, 19), date(2026, 11, 18))
    assert is_elder(date(1966, 11, 18), date(2026, 11, 18))
