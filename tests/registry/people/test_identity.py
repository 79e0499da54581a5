"""Levels of proof: what raises them, what takes them back, and how seldom one may try (F10.02)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import SecurityEvent
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.registry.people.actions import (
    NewPerson,
    prove_identity,
    require_assurance,
    save_person,
    state_identity,
    update_profile,
    verify_at_window,
)
from bangban.registry.people.matching import Answer, MatcherAway, matcher
from bangban.registry.people.matching.own_register import SOURCE
from bangban.registry.people.models import Person
from bangban.registry.people.reads import masked, own_access_history, own_profile
from tests.foundation.notify.conftest import Provider, provider
from tests.registry.people.conftest import ZHANG, come_in

__all__ = ["provider"]


@dataclass
class Authority:
    """An authority that answers as told."""

    answer: Answer | Exception
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def match(self, name: str, id_type: str, number: str) -> Answer:
        self.asked.append((name, id_type, number))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


YES, NO, UNKNOWN = (Answer(matched, "省级身份认证服务") for matched in (True, False, None))


def level(actor: Actor) -> int:
    return own_profile(actor).assurance


def test_stating_name_and_number_is_level_two(citizen: Actor) -> None:
    assert level(citizen) == 1
    state_identity(citizen, *ZHANG)
    profile = own_profile(citizen)
    assert (profile.assurance, profile.name, profile.id_number, profile.elder) == (2, "张三", ZHANG[2], True)


def test_a_wrong_number_states_nothing(citizen: Actor) -> None:
    with pytest.raises(Incomplete) as caught:
        state_identity(citizen, "张三", "111", "110105194912310021")
    assert set(caught.value.details["fields"]) == {"id_number"}
    assert level(citizen) == 1


def test_a_match_is_level_three_with_its_source(citizen: Actor) -> None:
    state_identity(citizen, *ZHANG)
    authority = Authority(YES)
    proof = prove_identity(citizen, authority)
    assert (proof.level, proof.source, authority.asked) == (3, "省级身份认证服务", [ZHANG])
    assert own_profile(citizen).assurance_source == "省级身份认证服务"
    event = SecurityEvent.objects.get(kind="identity")
    assert (event.success, ZHANG[2] in event.reason + event.detail) == (True, False)


@pytest.mark.parametrize(("answer", "sentence"), [(NO, "不一致"), (UNKNOWN, "无法在线核对")])
def test_no_match_raises_nothing(citizen: Actor, answer: Answer, sentence: str) -> None:
    state_identity(citizen, *ZHANG)
    with pytest.raises(NotAllowed, match=sentence):
        prove_identity(citizen, Authority(answer))
    assert level(citizen) == 2


def test_five_failures_a_day_are_enough(citizen: Actor) -> None:
    state_identity(citizen, *ZHANG)
    for _ in range(5):
        with pytest.raises(NotAllowed):
            prove_identity(citizen, Authority(NO))
    authority = Authority(YES)
    with pytest.raises(NotAllowed, match="次数已用完"):
        prove_identity(citizen, authority)
    assert authority.asked == []
    stand_at(now() + timedelta(days=1, seconds=1))
    assert prove_identity(citizen, authority).level == 3


def test_an_authority_that_is_away_counts_no_failure(citizen: Actor) -> None:
    state_identity(citizen, *ZHANG)
    with pytest.raises(NotAllowed, match="稍后再试"):
        prove_identity(citizen, Authority(MatcherAway("timeout")))
    assert not SecurityEvent.objects.filter(kind="identity").exists()


def test_nothing_stated_nothing_proven(citizen: Actor) -> None:
    with pytest.raises(NotAllowed):
        prove_identity(citizen, Authority(YES))


def test_a_changed_name_takes_the_proof_back(citizen: Actor) -> None:
    state_identity(citizen, *ZHANG)
    prove_identity(citizen, Authority(YES))
    state_identity(citizen, *ZHANG)
    assert level(citizen) == 3, "the same again changes nothing"
    state_identity(citizen, "李四", *ZHANG[1:])
    assert (level(citizen), own_profile(citizen).assurance_source) == (2, "")


def test_what_changes_during_the_question_is_not_proven(citizen: Actor) -> None:
    state_identity(citizen, *ZHANG)

    class Meanwhile:
        def match(self, name: str, id_type: str, number: str) -> Answer:
            state_identity(citizen, "李四", *ZHANG[1:])
            return YES

    with pytest.raises(NotAllowed, match="有变化"):
        prove_identity(citizen, Meanwhile())
    assert level(citizen) == 2


def test_staff_verify_at_the_window(citizen: Actor, clerk: Actor) -> None:
    assert citizen.person_id
    verify_at_window(clerk, citizen.person_id, *ZHANG, seen="居民身份证原件")
    assert (level(citizen), own_profile(citizen).assurance_source) == (5, "广州市政务服务中心窗口核验")
    assert SecurityEvent.objects.get(kind="identity").reason == "居民身份证原件"


def test_verifying_is_for_those_with_the_duty_and_a_document(citizen: Actor, clerk: Actor) -> None:
    assert citizen.person_id
    with pytest.raises(NotYours):
        verify_at_window(citizen, citizen.person_id, *ZHANG, seen="x")
    with pytest.raises(Incomplete):
        verify_at_window(clerk, citizen.person_id, *ZHANG, seen=" ")
    with pytest.raises(NotYours):
        verify_at_window(clerk, 10**9, *ZHANG, seen="居民身份证原件")


def test_without_an_authority_only_our_own_windows_are_believed(citizen: Actor, clerk: Actor) -> None:
    """The stand-in never says yes to somebody whom nobody has seen, and it gives its name."""
    state_identity(citizen, *ZHANG)
    with pytest.raises(NotAllowed, match="无法在线核对"):
        prove_identity(citizen)
    seen = save_person(NewPerson(name="张三", phone="13900000008"))
    verify_at_window(clerk, seen.id, *ZHANG, seen="居民身份证原件")
    assert prove_identity(citizen).source == SOURCE
    impostor = come_in("13900000003")
    state_identity(impostor, "王五", *ZHANG[1:])
    with pytest.raises(NotAllowed, match="不一致"):
        prove_identity(impostor)


@pytest.fixture
def authority(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("BANGBAN_IDENTITY_URL", provider.url)
    monkeypatch.setenv("BANGBAN_IDENTITY_SECRET", "a-secret-of-the-authority")
    yield provider


def test_an_authority_is_asked_by_a_signed_call(authority: Provider, citizen: Actor) -> None:
    state_identity(citizen, *ZHANG)
    authority.answer = lambda call: (200, {}, '{"matched": true, "level": 4, "source": "网证"}')
    assert prove_identity(citizen).level == 4
    call = authority.calls[0]
    assert call["body"] == {"name": "张三", "id_type": "111", "id_number": ZHANG[2]}
    assert call["headers"]["X-Bangban-Signature"].startswith("t=")


@pytest.mark.parametrize(
    "answer", [(500, "{}"), (200, "[]"), (200, '{"matched": "yes"}'), (200, '{"matched": true, "level": 9}')]
)
def test_nonsense_from_an_authority_proves_nothing(
    authority: Provider, citizen: Actor, answer: tuple[int, str]
) -> None:
    state_identity(citizen, *ZHANG)
    authority.answer = lambda call: (answer[0], {}, answer[1])
    with pytest.raises(NotAllowed, match="稍后再试"):
        prove_identity(citizen)
    assert level(citizen) == 2


def test_an_authority_without_a_secret_is_a_mistake(authority: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.exceptions import ImproperlyConfigured

    monkeypatch.setenv("BANGBAN_IDENTITY_SECRET", "short")
    with pytest.raises(ImproperlyConfigured):
        matcher()


@pytest.mark.clause("T637-6.1.2-a")
@pytest.mark.parametrize("wanted", [2, 3, 4, 5])
def test_what_needs_more_proof_says_how_to_get_it(citizen: Actor, wanted: int) -> None:
    with pytest.raises(NotAllowed) as caught:
        require_assurance(citizen, wanted)
    assert caught.value.details == {"needs": "assurance", "level": wanted, "has": 1}
    require_assurance(citizen, 1)


@pytest.mark.clause("T637-5-g")
def test_nothing_personal_stands_in_plain_text(citizen: Actor) -> None:
    state_identity(citizen, *ZHANG)
    update_profile(citizen, address="越秀区北京路1号", email="zhang@example.org")
    with connection.cursor() as cursor:
        cursor.execute("SELECT p::text FROM people_person p")
        raw = cursor.fetchone()[0]
    for plain in ("张三", ZHANG[2], "13900000001", "北京路", "zhang@"):
        assert plain not in raw and plain.encode().hex() not in raw


def test_others_see_masks(citizen: Actor) -> None:
    state_identity(citizen, *ZHANG)
    view = masked(Person.objects.get())
    assert (view.name, view.phone, view.id_number) == ("张*", "139****0001", "110***********002X")


def test_people_change_their_own_data_and_nothing_else(citizen: Actor) -> None:
    update_profile(citizen, address="越秀区", email="", elder=True)
    assert (own_profile(citizen).address, own_profile(citizen).elder) == ("越秀区", True)
    wrong: list[dict[str, Any]] = [{"assurance": 5}, {"email": "x"}, {"account_id": 1}]
    for fields in wrong:
        with pytest.raises(Incomplete):
            update_profile(citizen, **fields)
    with pytest.raises(NotYours):
        update_profile(Actor("guest", "guest:x"), address="x")
    with pytest.raises(NotYours):
        own_profile(Actor("guest", "guest:x"))


@pytest.mark.clause("BJP-4")
def test_people_see_who_looked_at_their_data(citizen: Actor, clerk: Actor) -> None:
    from bangban.foundation.access.reveals import reveal

    reveal(clerk, f"person:{citizen.person_id}", "phone", "核对联系方式", str)
    reveal(clerk, "case:OC1", "phone", "核对联系方式", str)
    assert len(own_access_history(citizen)) == 1
    assert len(own_access_history(citizen, ["OC1"])) == 2


def test_saving_a_known_person_keeps_what_was_not_given(db: None) -> None:
    person = save_person(NewPerson(name="张三", phone="13900000001", address="越秀区"))
    save_person(NewPerson(email="zhang@example.org"), person.id)
    person.refresh_from_db()
    assert (person.name, person.phone, person.address, person.email) == (
        "张三", "13900000001", "越秀区", "zhang@example.org",
    )  # fmt: skip
    with pytest.raises(Incomplete):
        save_person(NewPerson(phone="1"))
    with pytest.raises(NotYours):
        save_person(NewPerson(name="x"), 10**9)
