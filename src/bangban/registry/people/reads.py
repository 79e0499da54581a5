"""Service users as actors and as masked views."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import Account
from bangban.foundation.access.reveals import Access, access_history
from bangban.foundation.flows.flow import NotYours
from bangban.foundation.privacy.crypto import blind_index
from bangban.foundation.privacy.masking import mask_id_number, mask_name, mask_phone
from bangban.registry.people.models import Handler, Person
from bangban.registry.people.rules import ID_TYPES, LEVELS

MANAGE = "manage"
EVERYTHING = "*"


@dataclass(frozen=True)
class PersonView:
    """A service user as others see them: masked."""

    id: int
    kind: str
    name: str
    phone: str
    id_number: str
    assurance: int


def actor_of_person(account: Account, channel: str, tokens: frozenset[bytes] = frozenset()) -> Actor:
    """Return the acting service user behind an account."""
    person = Person.objects.filter(account=account).first()
    return Actor(
        kind="user",
        id=f"user:{account.id}",
        name=person.name if person else "",
        channel=channel,
        account_id=account.id,
        person_id=person.id if person else None,
        assurance=person.assurance if person else 0,
        tokens=tokens,
    )


def masked(person: Person) -> PersonView:
    """Mask a service user for display."""
    return PersonView(
        person.id,
        person.kind,
        mask_name(person.name),
        mask_phone(person.phone),
        mask_id_number(person.id_number),
        person.assurance,
    )


def with_phone(phone: str) -> list[Person]:
    """Return the service users with exactly this phone number."""
    return list(Person.objects.filter(phone_index=blind_index(phone, "phone")))


@dataclass(frozen=True)
class Profile:
    """What we hold about somebody, in full, for that person only (F8.12)."""

    id: int
    name: str
    phone: str
    id_type: str
    id_number: str
    address: str
    email: str
    assurance: int
    assurance_label: str
    assurance_source: str
    elder: bool
    preferred_channel: str


def own_profile(actor: Actor) -> Profile:
    """Return one's own data; NotYours without a person behind the account."""
    person = Person.objects.filter(id=actor.person_id).first() if actor.person_id else None
    if person is None:
        raise NotYours("请先登录。")
    return Profile(
        id=person.id,
        name=person.name,
        phone=person.phone,
        id_type=ID_TYPES.get(person.id_type, ""),
        id_number=person.id_number,
        address=person.address,
        email=person.email,
        assurance=person.assurance,
        assurance_label=LEVELS[person.assurance],
        assurance_source=person.assurance_source,
        elder=person.elder,
        preferred_channel=person.preferred_channel,
    )


def own_access_history(actor: Actor, case_numbers: Collection[str] = (), limit: int = 100) -> list[Access]:
    """Return who looked at one's own data in full, and why (BJP-4); the caller adds the numbers of one's own cases."""
    if actor.person_id is None:
        raise NotYours("请先登录。")
    return access_history([f"person:{actor.person_id}", *(f"case:{number}" for number in case_numbers)], limit)


@dataclass(frozen=True)
class HandlerView:
    """Who may act for an organisation, or for which organisation somebody may act."""

    grant_id: int
    organisation_id: int
    organisation: str
    person_id: int
    person: str
    scope: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    in_force: bool


def handlers_of(organisation_id: int, day: date) -> list[HandlerView]:
    """Return the grants of an organisation that were not revoked, names masked."""
    rows = Handler.objects.filter(organisation_id=organisation_id, revoked_at=None)
    return [_handler(row, day) for row in rows.select_related("organisation", "person").order_by("id")]


def organisations_of(person_id: int, day: date) -> list[HandlerView]:
    """Return for which organisations somebody may act today."""
    rows = Handler.objects.filter(_in_force(day), person_id=person_id)
    return [_handler(row, day) for row in rows.select_related("organisation", "person").order_by("id")]


def may_act_for(person_id: int, organisation_id: int, scope: str, day: date) -> bool:
    """Tell whether a person holds a grant in force that covers a matter; `manage` has to be named."""
    wanted = [scope] if scope == MANAGE else [scope, EVERYTHING]
    rows = Handler.objects.filter(_in_force(day), person_id=person_id, organisation_id=organisation_id)
    return rows.filter(scope__overlap=wanted).exists()


def _in_force(day: date) -> Q:
    return Q(revoked_at=None, valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))


def _handler(row: Handler, day: date) -> HandlerView:
    ended = row.valid_to is not None and row.valid_to < day
    return HandlerView(
        grant_id=row.id,
        organisation_id=row.organisation_id,
        organisation=row.organisation.name,
        person_id=row.person_id,
        person=mask_name(row.person.name),
        scope=tuple(row.scope),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        in_force=row.valid_from <= day and not ended,
    )
