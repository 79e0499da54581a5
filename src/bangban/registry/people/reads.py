"""Service users as actors and as masked views."""

from __future__ import annotations

from dataclasses import dataclass

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import Account
from bangban.foundation.privacy.crypto import blind_index
from bangban.foundation.privacy.masking import mask_id_number, mask_name, mask_phone
from bangban.registry.people.models import Person


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
