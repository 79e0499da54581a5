"""Service users come in with a phone and a code; the first time makes the account and the person.

Cases that a guest opened stay with their case code. A number that a guest typed was never proven to be the guest's:
by a slip of a digit the talk of one person would open to another. So nothing is joined by phone; who has the code of a
case shows it, and it joins the session.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from bangban.foundation.access import sessions
from bangban.foundation.access.accounts import make_account
from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import Account, AccountKind
from bangban.foundation.access.phone_codes import redeem, refuse
from bangban.foundation.access.security_log import note
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import NotAllowed, NotYours
from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.privacy.crypto import blind_index
from bangban.foundation.privacy.masking import mask_phone
from bangban.registry.people.models import Person, PersonKind


@dataclass(frozen=True)
class Arrival:
    """Who came in; the caller begins the session with `sessions.begin`."""

    account: Account
    person: Person
    first_time: bool


def sign_in_phone(phone: str, code: str, address: str = "", device: str = "") -> Arrival:
    """Use a code up and return the account and person of the phone, made on the first visit.

    Raises NotAllowed with one sentence for a wrong, old or used code and for a disabled account. Two tabs at once get
    the same person. Must not run inside a transaction.
    """
    with transaction.atomic(durable=True):
        # The code's lock on the phone lasts to the end of this transaction, so nobody else makes the same person.
        number = redeem(phone, code, address)
        arrival = _arrive(number) if number else None
        if arrival:
            account = arrival.account
            note(
                "sign_in", success=account.is_active, account_id=account.id, subject=f"account:{account.id}",
                address=address, detail=device,
            )  # fmt: skip
    return arrival if arrival and arrival.account.is_active else refuse()


def _arrive(number: str) -> Arrival:
    index, at = blind_index(number, "phone"), now()
    person = (
        Person.objects.select_related("account")
        .filter(phone_index=index, kind=PersonKind.NATURAL, account__isnull=False)
        .first()
    )
    if person and person.account:
        Account.objects.filter(id=person.account.id).update(last_login=at)
        return Arrival(person.account, person, first_time=False)
    account = make_account(f"user-{new_id().hex}", AccountKind.USER, mask_phone(number))
    person = Person.objects.create(account=account, phone=number, phone_index=index, created_at=at)
    return Arrival(account, person, first_time=True)


def change_phone(actor: Actor, phone: str, code: str, address: str = "", keep_session: str = "") -> Person:
    """Give the own account another phone, proven by a code sent to it; other sessions end.

    Raises NotAllowed for a wrong code and for a phone that another account has. Must not run inside a transaction.
    """
    try:
        with transaction.atomic(durable=True):
            number = redeem(phone, code, address)
            person = _change(actor, number, keep_session, address) if number else None
    except IntegrityError:
        raise NotAllowed("这个号码已用于另一个账号，请直接用该号码登录。") from None
    return person or refuse()


def _change(actor: Actor, number: str, keep_session: str, address: str) -> Person:
    if actor.person_id is None or actor.account_id is None:
        raise NotYours("请先登录。")
    person = Person.objects.select_for_update().get(id=actor.person_id, account_id=actor.account_id)
    person.phone, person.phone_index = number, blind_index(number, "phone")
    person.save(update_fields=["phone", "phone_index"])
    Account.objects.filter(id=actor.account_id).update(display_name=mask_phone(number))
    sessions.end_all(actor.account_id, keep=keep_session, address=address)
    return person
