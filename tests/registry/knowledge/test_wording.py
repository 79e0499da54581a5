"""Phrases and paths: kept by reviewers, each change in the ledger, read without asking twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bangban.demo.city import read
from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.verify import verify
from bangban.registry.knowledge import reads
from bangban.registry.knowledge.actions import retire_path, retire_phrase, save_path, save_phrase
from bangban.registry.knowledge.models import Path
from bangban.surfaces.desk.views.case import quick_phrases
from tests.cast import Cast
from tests.registry.conftest import Office


def path(path_class: str, topic: str, answer: str, phone: str, actor: Any = SYSTEM, **given: Any) -> None:
    save_path(path_class, topic, answer, phone, actor, **given)


@pytest.fixture(autouse=True)
def _forget() -> Any:
    reads.forget()
    yield
    reads.forget()


def test_a_phrase_is_offered_under_its_situation_in_its_newest_version(office: Office) -> None:
    save_phrase("welcome", "reception", "您好，请问您办理什么业务", SYSTEM, clause="DB23-A.1.1")
    save_phrase("bye", "farewell", "感谢您的支持", SYSTEM)
    save_phrase("welcome", "reception", "您好，请问有什么可以帮您", office.reviewer, clause="DB23-A.1.1")
    save_phrase("welcome", "reception", "您好，请问有什么可以帮您", office.reviewer, clause="DB23-A.1.1")
    (phrase,) = reads.phrases("reception")
    assert (phrase.text, phrase.revision, phrase.clause) == ("您好，请问有什么可以帮您", 2, "DB23-A.1.1")
    assert len(reads.phrases()) == 2
    events = Event.objects.filter(kind__startswith="phrase.").order_by("at")
    assert [event.data.get("text") for event in events] == [
        "您好，请问您办理什么业务",
        "感谢您的支持",
        "您好，请问有什么可以帮您",
    ]
    assert verify().broken == ()


def test_only_reviewers_change_the_wording(office: Office) -> None:
    save_phrase("welcome", "reception", "您好", SYSTEM)
    for actor in (office.editor, office.clerk):
        with pytest.raises(NotYours):
            save_phrase("welcome", "reception", "改", actor)
        with pytest.raises(NotYours):
            save_phrase("new", "reception", "改", actor)
        with pytest.raises(NotYours):
            path("other", "其他", "答", "12345", actor)
    with pytest.raises(Incomplete):
        save_phrase("x", "reception", " ", SYSTEM)


def test_a_retired_phrase_is_not_offered_and_may_come_back(office: Office) -> None:
    save_phrase("welcome", "reception", "您好", SYSTEM)
    retire_phrase("welcome", office.reviewer)
    assert reads.phrases() == ()
    save_phrase("welcome", "reception", "您好", office.reviewer)
    assert len(reads.phrases()) == 1


def test_each_topic_outside_guidance_has_a_path_with_a_telephone(office: Office) -> None:
    save_path(
        "daily_life",
        "供水",
        "请拨供水热线。",
        "96968",
        SYSTEM,
        department="广州市水务局",
        keywords=("停水",),
        clause="BJ-4.1-b",
    )
    path("not_on_application", "行政处罚", "请问执法机关。", "12345", department="rsj")
    (found,) = reads.paths("daily_life")
    assert (found.class_label, found.topic, found.phone, found.keywords) == ("社会生活事务", "供水", "96968", ("停水",))
    assert (found.department, found.department_id) == ("广州市水务局", None)
    assert reads.paths("not_on_application")[0].department_id == office.department_id
    save_path(
        "daily_life",
        "供水",
        "请拨新热线。",
        "96969",
        SYSTEM,
        department="广州市水务局",
        keywords=("停水",),
        clause="BJ-4.1-b",
    )
    assert (reads.paths("daily_life")[0].phone, reads.paths("daily_life")[0].revision) == ("96969", 2)
    retire_path("daily_life", "供水", SYSTEM)
    assert [one.topic for one in reads.paths()] == ["行政处罚"]


@pytest.mark.parametrize(
    "given", [("daily_life", "供水", "答", ""), ("magic", "供水", "答", "1"), ("other", "", "答", "1")]
)
def test_a_path_without_telephone_topic_or_class_is_refused(office: Office, given: tuple[str, str, str, str]) -> None:
    with pytest.raises(Incomplete):
        path(*given)
    with pytest.raises(IntegrityError), transaction.atomic():
        path("other", "其他", "答", "1")
        Path.objects.update(phone="")


def test_wording_is_read_once_a_minute(office: Office, django_assert_num_queries: Any) -> None:
    save_phrase("welcome", "reception", "您好", SYSTEM)
    with django_assert_num_queries(1):
        reads.phrases()
        reads.phrases("reception")
        reads.phrases("other")


@pytest.mark.clause("DB23-A.1.2")
def test_the_words_that_open_a_consultation_are_offered_under_their_situation(city: Cast) -> None:
    for row in read("phrases")["phrases"]:
        save_phrase(row["key"], row["situation"], row["text"], SYSTEM, label=row["label"], clause=row["clause"])
    found = {phrase.clause: phrase.text for phrase in reads.phrases("consultation_start")}
    assert found["DB23-A.1.2"] == "请问您有什么问题需要咨询吗"
    assert {"group": "咨询", "text": "请问您有什么问题需要咨询吗"} in quick_phrases()
