"""Opening a case from a page, once for a form however often it is sent."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.http import HttpRequest

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import IdempotencyKey
from bangban.foundation.clocks.moment import now
from bangban.foundation.privacy.crypto import digest, seal, unseal
from bangban.foundation.privacy.models import Consent
from bangban.services.assistant.reads import CasePart
from bangban.services.cases.actions import NewCase, open_case
from bangban.services.cases.models import Case
from bangban.surfaces.portal.forms.registration import Registration
from bangban.surfaces.portal.visitors import keep_code

PLACE = "access_idempotencykey.body"
FRESH = "fresh_codes"
NOTICE = "notice:personal_information"


@dataclass(frozen=True)
class Ticket:
    """Number and code of a case, as the person needs them to come back."""

    number: str
    code: str


def open_once(
    request: HttpRequest, actor: Actor, form: Registration, item: tuple[object, int] | None, part: CasePart | None
) -> Ticket:
    """Open the case of a checked form; the same form sent again gives the same case.

    The key is the browser's session, the form and what was typed: a changed form is a new request.
    """
    session = request.session.session_key or ""
    content = msgspec.json.encode([form.need(), form.phone, form.name, form.user_kind, form.service, form.item])
    key = IdempotencyKey(
        owner=f"browser:{session}",
        key=f"{form.form_id}:{digest(content).hex()[:32]}",
        fingerprint=digest(content),
        status=201,
        created_at=now(),
    )
    ticket = _known(key) or _open(actor, _new_case(actor, form, item, part), key)
    keep_code(request, ticket.code)
    request.session[FRESH] = {**dict(list(request.session.get(FRESH, {}).items())[-9:]), ticket.number: ticket.code}
    return ticket


def _known(key: IdempotencyKey) -> Ticket | None:
    row = IdempotencyKey.objects.filter(owner=key.owner, key=key.key).first()
    return msgspec.json.decode(unseal(bytes(row.body), PLACE), type=Ticket) if row and row.body else None


def _open(actor: Actor, new: NewCase, key: IdempotencyKey) -> Ticket:
    def also(case: Case, code: str) -> list[Model]:
        key.body = seal(msgspec.json.encode(Ticket(case.number, code)).decode(), PLACE)
        return [key, _notice_read(case, actor)]

    try:
        with transaction.atomic():
            opened = open_case(actor, new, also=also)
    except IntegrityError:
        if known := _known(key):
            return known
        raise
    return Ticket(opened.case.number, opened.token)


def _notice_read(case: Case, actor: Actor) -> Consent:
    """Keep that the notice on personal information was read and agreed to (F8.10)."""
    return Consent(
        record_type=case.record_type,
        record_id=case.id,
        purpose=NOTICE,
        asked_by="portal",
        asked_at=now(),
        agreed=True,
        answered_by=actor.id,
        answered_at=now(),
    )


def _new_case(actor: Actor, form: Registration, item: tuple[object, int] | None, part: CasePart | None) -> NewCase:
    if item is None and part is not None and part.item_id:
        item = (part.item_id, part.item_version or 0)
    return NewCase(
        question=form.need(),
        phone=form.phone,
        name=form.name,
        channel=actor.channel,
        user_kind=form.user_kind,
        item_id=item[0] if item else None,  # type: ignore[arg-type]
        item_version=item[1] if item else None,
        wanted_service=form.service,
        confidential=form.confidential,
        human_reason=part.reason if part else "asked",
        transcript=part.transcript if part else (),
    )
