"""Cleaning what is typed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangban.services.hotline.rules_intake import CLEANERS, Wrong, as_text, caller_number, clean_contact, title_from


@pytest.mark.parametrize(("typed", "stored"), [
    ("139 0000 0012", "13900000012"), ("+86-13900000012", "13900000012"), ("020-12345678", "02012345678"), ("10086", "10086"),
    ("95588", "95588"), ("400-800-1234", "4008001234"), ("+852 2345 6789", "+85223456789"), ("0085223456789", "+85223456789"),
    ("1390000001", ""), ("王五", ""), ("", ""), ("0086", ""), ("12", ""),
])  # fmt: skip
def test_numbers_have_one_spelling(typed: str, stored: str) -> None:
    assert clean_contact(typed) == stored


def test_a_title_is_the_first_sentence_of_at_most_forty_letters() -> None:
    assert title_from("路灯不亮。已经三天") == "路灯不亮"
    assert len(title_from("长" * 90)) == 40
    assert title_from("  ") == ""


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=60), st.lists(st.integers(), max_size=2),
    st.sampled_from(["yes", "no", "help_request", "sms", "440104", "23.5", "13900000012", "nan", "inf", "1e400"]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(value=ANYTHING)
def test_whatever_is_sent_is_cleaned_or_gets_a_sentence(value: Any) -> None:
    for name, clean in CLEANERS.items():
        try:
            cleaned = clean(value)
        except Wrong as wrong:
            assert str(wrong).endswith("。"), name
        else:
            assert clean(cleaned) == cleaned, name
            assert clean(as_text(cleaned)) == cleaned, name


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=60))
def test_the_number_that_an_exchange_tells_is_never_refused(text: str) -> None:
    assert len(caller_number(text)) <= 20
