"""What may be asked for, who sees what, and how a frame is written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangban.foundation.live import rules
from bangban.foundation.live.admission import Admission
from bangban.foundation.live.frames import Frame, Passing, event
from bangban.foundation.live.queries import gather
from bangban.foundation.live.streams import conninfo


def test_topics_are_taken_once_in_order() -> None:
    assert rules.parse_topics(" case:1,desk:5 ,case:1,", 5) == ["case:1", "desk:5"]


@pytest.mark.parametrize("text", ["", ",", "case", "case:", ":1", "Case:1", "case:1 2", "case:'1'", "access:1", "案:1"])
def test_other_topics_are_refused(text: str) -> None:
    with pytest.raises(rules.BadRequestError):
        rules.parse_topics(text, 5)


def test_too_many_topics_are_refused() -> None:
    with pytest.raises(rules.BadRequestError, match="2 个"):
        rules.parse_topics("case:1,case:2,case:3", 2)


@pytest.mark.parametrize("text", ["-1", "1.5", "x", "١", "1" * 19])
def test_a_position_is_a_plain_number(text: str) -> None:
    with pytest.raises(rules.BadRequestError):
        rules.parse_after(text)


def test_an_unknown_visibility_is_an_error() -> None:
    with pytest.raises(ValueError, match="public"):
        rules.seen_at("public")


@settings(max_examples=40)
@given(kind=st.text(max_size=20), text=st.text(max_size=50))
def test_no_text_breaks_out_of_its_event(kind: str, text: str) -> None:
    lines = event(kind, {"text": text}, 5).decode().split("\n")
    assert [line.split(":")[0] for line in lines] == ["id", "event", "data", "", ""]
    assert json.loads(lines[2].removeprefix("data: ")) == {"text": text}


def test_a_client_learns_only_its_own_topics_of_a_frame() -> None:
    frame = Frame(1, "k", "case", "B1", "user", "", ("case:1", "desk:5"))
    assert b"desk" not in frame.write(frozenset({"case:1"}))
    assert b"desk" in frame.write(frozenset({"case:1", "desk:5"}))


def test_a_passing_sign_is_not_written_for_a_topic_that_was_lost() -> None:
    sign = Passing("case:1", "typing", "user", {})
    assert sign.write(frozenset({"case:1"}))
    assert sign.write(frozenset()) == b""


def test_rows_of_one_number_become_one_frame_and_the_last_is_whole() -> None:
    rows = [(topic, seq, "k", "case", "", "user", "") for seq in (1, 2, 3) for topic in ("a:1", "b:2")]
    assert [(frame.seq, frame.topics) for frame in gather(rows, 2)] == [(1, ("a:1", "b:2")), (2, ("a:1", "b:2"))]


def test_an_address_of_version_six_counts_by_its_network() -> None:
    admission = Admission(10, 1)
    assert admission.enter("2001:db8:1:2::1") is None
    assert admission.enter("2001:db8:1:2:ffff::9") is not None
    assert admission.enter("2001:db8:1:3::1") is None
    assert admission.enter("::ffff:10.0.0.1") is None
    assert admission.enter("10.0.0.1") is not None
    admission.leave("2001:db8:1:2::1")
    assert admission.enter("2001:db8:1:2::5") is None


def test_the_hub_connects_where_django_does() -> None:
    database = {
        "NAME": "b",
        "USER": "u",
        "PASSWORD": "p w",
        "HOST": "/run/x",
        "PORT": "",
        "OPTIONS": {"pool": {}, "sslmode": "require", "application_name": "web"},
    }
    parts = conninfo(database)
    assert "dbname=b user=u password='p w' host=/run/x sslmode=require" in parts
    assert "pool" not in parts
