"""Writing to the hotline from a page, once for a form however often it is sent."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import IdempotencyKey
from bangban.foundation.clocks.moment import now
from bangban.foundation.privacy.crypto import digest, seal, unseal
from bangban.services.conversation.models import Attachment
from bangban.services.hotline.actions.web_forms import WebForm, receive_form
from bangban.surfaces.portal.opening import FRESH, PLACE, Ticket
from bangban.surfaces.portal.visitors import keep_code


def write_once(
    request: HttpRequest, actor: Actor, form: WebForm, form_id: str, files: Sequence[Attachment] = ()
) -> Ticket:
    """Open the order of a checked form; the same form sent again gives the same order.

    The key is the browser's session, the form and what was typed: a changed form is a new request.
    """
    content = msgspec.json.encode(form)
    owner = f"browser:{request.session.session_key or ''}"
    key = f"hotline:{form_id}:{digest(content).hex()[:32]}"
    ticket = known(owner, key) or _write(actor, form, owner, key, digest(content), files)
    remember(request, ticket)
    return ticket


def remember(request: HttpRequest, ticket: Ticket) -> None:
    """Let this browser open the order, and show its code until it is noted."""
    keep_code(request, ticket.code)
    request.session[FRESH] = {**dict(list(request.session.get(FRESH, {}).items())[-9:]), ticket.number: ticket.code}


def known(owner: str, key: str) -> Ticket | None:
    """Return what a form was answered before."""
    row = IdempotencyKey.objects.filter(owner=owner, key=key).first()
    return msgspec.json.decode(unseal(bytes(row.body), PLACE), type=Ticket) if row and row.body else None


def _write(
    actor: Actor, form: WebForm, owner: str, key: str, fingerprint: bytes, files: Sequence[Attachment]
) -> Ticket:
    row = IdempotencyKey(owner=owner, key=key, fingerprint=fingerprint, status=201, created_at=now())
    number = digest(f"{owner}:{key}".encode()).hex()[:40]
    try:
        with transaction.atomic():
            row.save()
            written = receive_form(actor, form, number, files)
            ticket = Ticket(written.order.number, written.code)
            row.body = seal(msgspec.json.encode(ticket).decode(), PLACE)
            row.save(update_fields=["body"])
    except IntegrityError:
        if found := known(owner, key):
            return found
        raise
    return ticket
