"""Coming in by phone: one person for a phone, whatever happens at once."""

from __future__ import annotations

import pytest

from bangban.foundation.access import phone_codes
from bangban.foundation.access.accounts import disable
from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import Account, AccountKind, SecurityEvent
from bangban.foundation.access.phone_codes import REFUSED, send_phone_code
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import NotAllowed
from bangban.registry.people.actions import NewPerson, change_phone, save_person, sign_in_phone
from bangban.registry.people.models import Person
from bangban.registry.people.reads import actor_of_person, own_profile, with_phone
from tests.foundation.access.conftest import last_code
from tests.foundation.access.together import at_once
from tests.registry.people.conftest import come_in

PHONE = "13900000001"


def test_the_first_visit_makes_account_and_person(db: None) -> None:
    send_phone_code(PHONE)
    arrival = sign_in_phone(PHONE, last_code(), "10.0.0.1", "Safari")
    assert (arrival.account.kind, arrival.first_time) == (AccountKind.USER, True)
    assert (arrival.person.phone, arrival.person.assurance) == (PHONE, 1)
    assert PHONE not in f"{arrival.account.username}{arrival.account.display_name}"
    assert not arrival.account.has_usable_password()
    assert SecurityEvent.objects.get(kind="sign_in").detail == "Safari"
    actor = actor_of_person(arrival.account, "web")
    assert (actor.kind, actor.person_id, actor.assurance) == ("user", arrival.person.id, 1)


def test_the_second_visit_finds_them_again(citizen: Actor) -> None:
    Person.objects.update(name="张三")
    phone_codes.SignInCode.objects.all().delete()
    send_phone_code("+86 139 0000 0001")
    again = sign_in_phone("139-0000-0001", last_code())
    assert (again.person.id, again.first_time, again.person.name) == (citizen.person_id, False, "张三")
    assert Person.objects.count() == Account.objects.count() == 1


def test_a_wrong_code_makes_nobody(db: None) -> None:
    send_phone_code(PHONE)
    with pytest.raises(NotAllowed, match=REFUSED):
        sign_in_phone(PHONE, "x")
    assert not Person.objects.exists()


def test_known_and_unknown_phones_are_answered_alike(citizen: Actor) -> None:
    sentences = set()
    for phone in (PHONE, "13900000002"):
        with pytest.raises(NotAllowed) as caught:
            sign_in_phone(phone, "000000x")
        sentences.add(caught.value.sentence)
    assert sentences == {REFUSED}


def test_a_disabled_account_gets_the_same_sentence(citizen: Actor) -> None:
    disable(Account.objects.get())
    phone_codes.SignInCode.objects.all().delete()
    send_phone_code(PHONE)
    with pytest.raises(NotAllowed, match=REFUSED):
        sign_in_phone(PHONE, last_code())


def test_whoever_staff_wrote_down_with_this_phone_is_not_taken_over(db: None) -> None:
    noted = save_person(NewPerson(name="李四", phone=PHONE, id_type="111", id_number="11010519491231002X"))
    actor = come_in()
    assert actor.person_id != noted.id
    assert own_profile(actor).name == ""
    assert len(with_phone(PHONE)) == 2


@pytest.mark.django_db(transaction=True)
def test_two_tabs_make_one_person_even_with_a_code_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both codes are taken as right, so only the making of the person is left to race."""
    monkeypatch.setattr(phone_codes, "_fits", lambda row, phone, code, at: True)
    send_phone_code(PHONE)
    arrivals = at_once(*[lambda: sign_in_phone(PHONE, "000000") for _ in range(6)])
    people = {arrival.person.id for arrival in arrivals if not isinstance(arrival, Exception)}
    assert len(people) == 1 and not [answer for answer in arrivals if isinstance(answer, Exception)]
    assert Person.objects.count() == Account.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_tabs_do_collide_and_the_database_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_codes, "_fits", lambda row, phone, code, at: True)
    monkeypatch.setattr(phone_codes, "hold", lambda name: None)
    send_phone_code(PHONE)
    phone_codes.SignInCode.objects.update(used_at=now())
    answers = at_once(*[lambda: sign_in_phone(PHONE, "000000") for _ in range(6)])
    assert [type(answer).__name__ for answer in answers].count("IntegrityError") >= 1, "the race is real"
    assert Person.objects.count() == 1


def test_a_phone_is_changed_with_a_code_sent_to_the_new_one(citizen: Actor) -> None:
    send_phone_code("13900000009")
    change_phone(citizen, "13900000009", last_code())
    assert own_profile(citizen).phone == "13900000009"
    phone_codes.SignInCode.objects.all().delete()
    assert come_in("13900000009").person_id == citizen.person_id


def test_after_a_change_the_old_number_opens_nothing_of_its_former_owner(citizen: Actor) -> None:
    send_phone_code("13900000009")
    change_phone(citizen, "13900000009", last_code())
    phone_codes.SignInCode.objects.all().delete()
    assert come_in(PHONE).person_id != citizen.person_id


def test_a_phone_of_another_account_cannot_be_taken(citizen: Actor) -> None:
    other = come_in("13900000002")
    phone_codes.SignInCode.objects.all().delete()
    send_phone_code(PHONE)
    with pytest.raises(NotAllowed, match="另一个账号"):
        change_phone(other, PHONE, last_code())
    assert own_profile(other).phone == "13900000002"
