"""Names, phones and words of people lie sealed in the database, bound to their column, under keys that can rotate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from bangban.foundation.privacy import crypto, keys
from bangban.foundation.privacy.crypto import SealBroken, blind_index, seal, unseal
from bangban.foundation.privacy.keys import read_key_file
from bangban.foundation.privacy.masking import mask_address, mask_email, mask_id_number, mask_name, mask_phone
from bangban.services.cases import actions
from bangban.services.cases.models import Case
from tests.cast import Cast
from tests.services.cases.steps import opened

NAME, PHONE, WORDS = "欧阳明月", "13912345678", "我的银行卡号是六二二八"


def everything() -> bytes:
    """Return every row of every table of the database as the server would dump it."""
    found = b""
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname = 'public'")
        for schema, table in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{schema}"."{table}" t')
            found += "\n".join(row[0] or "" for row in cursor.fetchall()).encode()
    return found


@pytest.mark.clause("T637-5-g")
def test_the_raw_database_holds_no_plain_name_phone_or_message(city: Cast) -> None:
    number, citizen = opened(name=NAME, phone=PHONE, question=WORDS)
    actions.claim(city.guide, number)
    actions.post_message(citizen, number, WORDS + "再说一遍")
    actions.sort(city.guide, number, {"need_summary": f"{NAME}想挂失银行卡"})
    raw = everything()
    assert number.encode() in raw
    for secret in (NAME, PHONE, WORDS, "银行卡"):
        assert secret.encode() not in raw
        assert secret.encode().hex().encode() not in raw
    case = Case.objects.get(number=number)
    assert (case.contact_name, case.contact_phone, case.question) == (NAME, PHONE, WORDS)


@pytest.mark.clause("T637-5-g")
def test_a_value_moved_to_another_column_is_refused(city: Cast) -> None:
    number, _ = opened(name=NAME)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET contact_phone = contact_name WHERE number = %s", [number])
    with pytest.raises(SealBroken, match="contact_phone"):
        Case.objects.get(number=number)


@given(text=st.text(min_size=1), place=st.sampled_from(["a.b", "cases_case.question"]))
def test_what_is_sealed_opens_at_its_place_only(text: str, place: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    sealed = seal(text, place)
    assert unseal(sealed, place) == text
    assert seal(text, place) != sealed
    with pytest.raises(SealBroken):
        unseal(sealed, place + "x")


@given(position=st.integers(0, 40), change=st.integers(1, 255))
def test_one_changed_byte_is_found(position: int, change: int) -> None:
    sealed = bytearray(seal("广州市越秀区", "a.b"))
    sealed[position % len(sealed)] ^= change
    with pytest.raises(SealBroken):
        unseal(bytes(sealed), "a.b")


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A key file of its own, read afresh by `reread`."""
    path = tmp_path / "keys.json"
    monkeypatch.setattr(crypto, "key_store", lambda: read_key_file(path))
    crypto._algorithm.cache_clear()
    crypto._index_mac.cache_clear()
    yield path
    crypto._algorithm.cache_clear()
    crypto._index_mac.cache_clear()


def rotate(path: Path, **changes: object) -> None:
    """Write a key file with some changes and forget the keys in memory."""
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    crypto._algorithm.cache_clear()


def test_after_rotation_old_values_open_and_new_ones_are_sealed_with_the_new_key(key_file: Path) -> None:
    old, index = seal(NAME, "a.b"), blind_index(PHONE, "phone")
    known = json.loads(key_file.read_text())["keys"]
    rotate(key_file, current="k2", keys={**known, "k2": "ab" * 32})
    new = seal(NAME, "a.b")
    assert (unseal(old, "a.b"), unseal(new, "a.b")) == (NAME, NAME)
    assert (old[1:3], new[1:3]) == (b"k1", b"k2")
    assert blind_index(PHONE, "phone") == index
    rotate(key_file, current="k2", keys={"k2": "ab" * 32})
    assert unseal(new, "a.b") == NAME
    with pytest.raises(SealBroken):
        unseal(old, "a.b")


def test_the_key_file_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    assert read_key_file(path) == read_key_file(path)
    assert path.stat().st_mode & 0o077 == 0
    assert keys.key_store().current


@pytest.mark.parametrize("spelling", ["139 1234 5678", "139-1234-5678", "１３９１２３４５６７８"])
def test_spellings_of_one_number_have_one_index_and_kinds_do_not_mix(spelling: str) -> None:
    assert blind_index(spelling, "phone") == blind_index(PHONE, "phone")
    assert blind_index(PHONE, "phone") != blind_index(PHONE, "id_number")


@pytest.mark.clause("T637-5-g")
def test_what_people_see_by_default_is_masked() -> None:
    assert [mask_name(name) for name in ("张三", "欧阳明月", "广州某某科技有限公司")] == [
        "张*",
        "欧***",
        "广州某某" + "*" * 6,
    ]
    assert (mask_phone("13812341234"), mask_phone("110")) == ("138****1234", "*10")
    assert mask_id_number("440104199001011234") == "440***********1234"
    assert mask_address("广州市越秀区北京街道1号院") == "广州市越秀区北京街道***"
    assert mask_email("zhang@example.test") == "z***@example.test"
