"""Handing text messages to delivery, a batch at a time, each subscriber once (DB23-6.2.1.2)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from bangban.foundation.ledger.writes import Writes
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.foundation.notify.models import Channel
from bangban.foundation.notify.purposes import ANNOUNCEMENT
from bangban.registry.org.reads import place, tree
from bangban.services.publications.actions.subscribing import link_key
from bangban.services.publications.models import Publication, Sending, Subscription

BATCH = 50


def send_due(at: datetime, at_most: int = 1000) -> int:
    """Queue messages of publications whose morning has come; returns how many. Any number of workers may run it."""
    done = 0
    while done < at_most:
        queued = _batch(at)
        if queued is None:
            break
        done += queued
    return done


@transaction.atomic
def _batch(at: datetime) -> int | None:
    """Queue the next few messages of one publication; None when nothing is left to do."""
    open_now = Sending.objects.select_for_update(skip_locked=True).filter(done_at=None, not_before__lte=at)
    sending = open_now.order_by("not_before", "publication_id").first()
    if sending is None:
        return None
    publication, writes = Publication.objects.get(id=sending.publication_id), Writes()
    wanted = subscribers_of(publication).filter(confirmed_at__lte=sending.until).order_by("id")
    batch = list((wanted.filter(id__gt=sending.last) if sending.last else wanted)[:BATCH])
    for one in batch:
        message = Message(
            ANNOUNCEMENT.code, (Address(Channel.SMS, one.phone),), words(publication, one),
            key=f"publication:{publication.number}:{one.id}", title=publication.title,
        )  # fmt: skip
        enqueue(writes, message, publication)
    sending.count += len(batch)
    sending.last = batch[-1].id if batch else sending.last
    sending.done_at = at if len(batch) < BATCH else None
    writes.update(sending, ("count", "last", "done_at"))
    writes.run()
    return len(batch)


def subscribers_of(publication: Publication) -> QuerySet[Subscription]:
    """Return who is to be told: of this kind, for this body or for all, and below it when it speaks for those."""
    bodies = tree().subtree(publication.body_id) if publication.includes_below else {publication.body_id}
    live = Subscription.objects.filter(ended_at=None, topics__contains=[publication.kind])
    return live.filter(Q(body=None) | Q(body_id__in=sorted(bodies)))


def words(publication: Publication, subscription: Subscription) -> str:
    """Return the message: who speaks, what about, where to read on, and how to end it."""
    body = place(publication.body_id)
    site = settings.SITE_URL
    return (
        f"【{body.name if body else ''}】{publication.title}。详情：{site}/notices/{publication.number}/"
        f" 退订：{site}/notices/end/{link_key(subscription.id)}"
    )
