"""The script of the desk's day names only people, answers, items and machines that the demo city has."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from bangban.demo.city import DATA, read
from bangban.demo.desk_news import ZONE, _content
from bangban.oversight.patrols.defaults import LINES
from bangban.services.counter.models import HelpKind, Topic
from bangban.services.publications.rules import check

SCRIPT: dict[str, Any] = read("desk_day")
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=ZONE)
QUESTIONS: list[dict[str, Any]] = [*SCRIPT["inquiries"], *SCRIPT["today"]]


def names(folder: str) -> set[str]:
    files = sorted((DATA / folder).glob("*.jsonl"))
    return {json.loads(line).get("id", "") for file in files for line in file.read_text(encoding="utf-8").splitlines()}


def hall() -> dict[str, Any]:
    front = read("organisation")["front_door"]
    found: dict[str, Any] = next(row for row in read("halls")["halls"] if row["body"] == front)
    return found


def test_a_day_has_forty_questions_and_one_promise_that_is_missed() -> None:
    assert (len(SCRIPT["inquiries"]), len(SCRIPT["today"]), len(SCRIPT["help"]), len(SCRIPT["loans"])) == (40, 8, 5, 5)
    promised = [row for row in SCRIPT["inquiries"] if "agreed" in row]
    open_ones = [row for row in promised if "answered" not in row and "withdrawn" not in row]
    assert [row["agreed"] for row in open_ones] == ["16:30", "next"]
    assert all(row["answered"]["at"] < row["agreed"] for row in promised if "answered" in row)


def test_what_questions_name_exists() -> None:
    answers, items = names("knowledge"), names("items")
    for row in QUESTIONS:
        assert row.get("cited", next(iter(answers))) in answers, row
        assert row.get("item", next(iter(items))) in items, row
        assert row["topic"] in Topic.values
        assert ("reply" in row) or ("cited" in row) or ("agreed" in row), row


def test_what_calls_and_patrols_name_exists() -> None:
    people = {person["username"] for person in hall()["staff"]}
    devices = {device["code"] for device in hall()["devices"]}
    staff = people | {person["username"] for person in read("staff")["staff"]}
    lines = {code for code, *_ in LINES}
    assert {row["by"] for row in (*QUESTIONS, *SCRIPT["help"], *SCRIPT["loans"])} <= people
    for row in (*SCRIPT["help"], SCRIPT["help_now"]):
        assert row["kind"] in HelpKind.values
        assert row.get("device", "K1") in devices
    for patrol in SCRIPT["patrols"]:
        assert {one["staff"] for one in patrol["checks"]} <= people
        assert {code for one in patrol["checks"] for code in one.get("fail", {})} <= lines
    assert {row["author"] for row in SCRIPT["publications"]} <= staff


@pytest.mark.parametrize("row", SCRIPT["publications"], ids=lambda row: row["title"][:10])
def test_a_publication_can_be_kept_and_somebody_else_publishes_it(row: dict[str, Any]) -> None:
    assert check(_content(row, FRIDAY.date(), FRIDAY)) == {}
    assert row.get("reviewer") != row["author"]
