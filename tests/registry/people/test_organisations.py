"""Organisations act through natural persons, within a scope and a period (DB23-3.2, F10.03)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import SecurityEvent
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed, NotYours
from bangban.registry.people.actions import (
    NewPerson,
    grant_handler,
    register_organisation,
    require_handler,
    revoke_handler,
    save_person,
)
from bangban.registry.people.models import Handler, Person
from bangban.registry.people.reads import handlers_of, may_act_for, organisations_of
from tests.foundation.access.together import at_once
from tests.registry.people.conftest import come_in

CODE = "91350100M000100Y43"
TODAY = date(2026, 11, 18)


def real(actor: Actor, level: int = 3) -> Actor:
    """Return the actor with a proven identity."""
    Person.objects.filter(id=actor.person_id).update(name="张三", assurance=level)
    return replace(actor, assurance=level)


def person_of(actor: Actor) -> int:
    assert actor.person_id is not None
    return actor.person_id


@pytest.fixture
def company(clerk: Actor) -> Person:
    return register_organisation(clerk, "福州某某有限公司", CODE)


def test_a_real_named_person_registers_an_organisation(citizen: Actor) -> None:
    with pytest.raises(NotAllowed) as caught:
        register_organisation(citizen, "福州某某有限公司", CODE)
    assert caught.value.details["level"] == 3
    company = register_organisation(real(citizen), "福州某某有限公司", CODE)
    assert (company.kind, company.assurance) == ("legal_person", 2)


def test_registering_gives_nobody_a_power(citizen: Actor) -> None:
    company = register_organisation(real(citizen), "福州某某有限公司", CODE)
    with pytest.raises(NotAllowed):
        require_handler(citizen, company.id, "social_insurance")
    with pytest.raises(NotYours):
        grant_handler(real(citizen), company.id, person_of(citizen), ["*"], TODAY)


def test_one_credit_code_is_one_organisation(company: Person, clerk: Actor) -> None:
    assert register_organisation(clerk, "福州某某有限公司", "91350100-m000100y43").id == company.id
    with pytest.raises(Incomplete, match="不一致"):
        register_organisation(clerk, "另一家公司", CODE)
    with pytest.raises(Incomplete):
        save_person(NewPerson(kind="legal_person", name="另一家公司", id_type="uscc", id_number=CODE))
    assert Person.objects.filter(kind="legal_person").count() == 1


@pytest.mark.parametrize(
    ("name", "code", "kind"), [("", CODE, "legal_person"), ("甲", "1", "legal_person"), ("甲", CODE, "natural_person")]
)
def test_wrong_registrations_are_named(clerk: Actor, name: str, code: str, kind: str) -> None:
    with pytest.raises(Incomplete):
        register_organisation(clerk, name, code, kind)


@pytest.mark.clause("DB23-3.2")
def test_the_first_handler_is_granted_at_a_window_and_grants_others(
    company: Person, clerk: Actor, citizen: Actor
) -> None:
    boss, colleague = real(citizen), real(come_in("13900000002"))
    grant_handler(clerk, company.id, person_of(boss), ["*", "manage"], TODAY)
    require_handler(boss, company.id, "social_insurance")
    grant_handler(boss, company.id, person_of(colleague), ["social_insurance"], TODAY)
    require_handler(colleague, company.id, "social_insurance")
    with pytest.raises(NotAllowed):
        require_handler(colleague, company.id, "construction")
    with pytest.raises(NotYours):
        grant_handler(colleague, company.id, person_of(colleague), ["*"], TODAY)


def test_every_matter_does_not_mean_granting(company: Person, clerk: Actor, citizen: Actor) -> None:
    grant_handler(clerk, company.id, person_of(real(citizen)), ["*"], TODAY)
    assert not may_act_for(person_of(citizen), company.id, "manage", TODAY)


def test_a_handler_needs_a_real_name(company: Person, clerk: Actor, citizen: Actor) -> None:
    with pytest.raises(NotAllowed) as caught:
        grant_handler(clerk, company.id, person_of(citizen), ["*"], TODAY)
    assert caught.value.details["needs"] == "assurance"


def test_a_grant_counts_from_its_first_to_its_last_day(company: Person, clerk: Actor, citizen: Actor) -> None:
    grant_handler(clerk, company.id, person_of(real(citizen)), ["*"], date(2026, 11, 20), date(2026, 11, 30))
    days = {day: may_act_for(person_of(citizen), company.id, "x", date(2026, 11, day)) for day in (19, 20, 30)}
    assert days == {19: False, 20: True, 30: True}
    assert not may_act_for(person_of(citizen), company.id, "x", date(2026, 12, 1))
    assert [view.in_force for view in handlers_of(company.id, date(2026, 11, 19))] == [False]


def test_the_day_is_the_day_of_the_city(company: Person, clerk: Actor, citizen: Actor) -> None:
    grant_handler(clerk, company.id, person_of(real(citizen)), ["*"], date(2026, 11, 19))
    stand_at(now().replace(hour=15, minute=59))
    with pytest.raises(NotAllowed):
        require_handler(citizen, company.id, "x")
    stand_at(now() + timedelta(minutes=2))
    require_handler(citizen, company.id, "x")


@pytest.mark.parametrize(("scope", "last"), [([], None), ([" "], None), (["*"], date(2026, 11, 17))])
def test_wrong_grants_are_named(
    company: Person, clerk: Actor, citizen: Actor, scope: list[str], last: date | None
) -> None:
    with pytest.raises(Incomplete):
        grant_handler(clerk, company.id, person_of(real(citizen)), scope, TODAY, last)


@pytest.mark.clause("DB23-3.2")
def test_a_revoked_grant_ends_at_once(company: Person, clerk: Actor, citizen: Actor) -> None:
    grant = grant_handler(clerk, company.id, person_of(real(citizen)), ["*"], TODAY)
    assert [view.organisation for view in organisations_of(person_of(citizen), TODAY)] == ["福州某某有限公司"]
    revoke_handler(clerk, grant.id)
    with pytest.raises(NotAllowed):
        require_handler(citizen, company.id, "x")
    with pytest.raises(NotAllowed, match="已经撤销"):
        revoke_handler(clerk, grant.id)
    assert organisations_of(person_of(citizen), TODAY) == handlers_of(company.id, TODAY) == []
    grant_handler(clerk, company.id, person_of(citizen), ["tax"], TODAY)
    assert list(SecurityEvent.objects.filter(kind="handler").order_by("id").values_list("detail", flat=True)) == [
        "grant", "revoke", "grant",
    ]  # fmt: skip


def test_a_handler_may_lay_the_grant_down_and_strangers_may_not(company: Person, clerk: Actor, citizen: Actor) -> None:
    grant = grant_handler(clerk, company.id, person_of(real(citizen)), ["*"], TODAY)
    with pytest.raises(NotYours):
        revoke_handler(real(come_in("13900000002")), grant.id)
    with pytest.raises(NotYours):
        revoke_handler(clerk, 10**9)
    revoke_handler(citizen, grant.id)
    assert Handler.objects.get(id=grant.id).revoked_by == citizen.id


@pytest.mark.django_db(transaction=True)
def test_two_grants_at_once_leave_one(clerk: Actor, citizen: Actor) -> None:
    company = register_organisation(clerk, "福州某某有限公司", CODE)
    person = person_of(real(citizen))
    answers = at_once(*[lambda: grant_handler(clerk, company.id, person, ["*"], TODAY) for _ in range(4)])
    assert [type(answer) for answer in answers if isinstance(answer, FlowError)] == [NotAllowed] * 3
    assert Handler.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_registrations_at_once_leave_one(clerk: Actor) -> None:
    answers = at_once(*[lambda: register_organisation(clerk, "福州某某有限公司", CODE) for _ in range(4)])
    assert len({answer.id for answer in answers if isinstance(answer, Person)}) == 1
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert Person.objects.count() == 1
