"""The request that a citizen writes on the page: the order with everything that was told, and its code (GB33358-3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Model

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.services.conversation.models import Attachment
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.actions.incoming import Incoming, original
from bangban.services.hotline.actions.opening import NewOrder, code_of, open_order
from bangban.services.hotline.actions.saying import add_files
from bangban.services.hotline.actions.ways_back import talk_of
from bangban.services.hotline.emergency_words import emergency_in
from bangban.services.hotline.finding import words_of
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.rules_intake import title_from
from bangban.services.hotline.terms import Source, Urgency


@dataclass(frozen=True)
class WebForm:
    """A request as a citizen writes it on the page; `confidential` must be chosen for complaints and reports."""

    kind: str
    request: str
    happened: str = ""
    place: str = ""
    latitude: float | None = None
    longitude: float | None = None
    course: str = ""
    present_state: str = ""
    phone: str = ""
    name: str = ""
    anonymous: bool = False
    confidential: bool | None = None
    wished_reply: str = "telephone"
    region: str = ""


@dataclass(frozen=True)
class Written:
    """The new order of a form, and the code that its person comes back with."""

    order: WorkOrder
    code: str


def receive_form(
    actor: Actor, form: WebForm, key: str, files: Sequence[Attachment] = (), rows: Sequence[Model] = ()
) -> Written:
    """Open the order of a web form with everything that was told; `rows` commit with it (an idempotency key).

    `key` is the form's own number, kept as the message's. Raises Incomplete with a sentence for each wrong field.
    """

    def also(order: WorkOrder, code: str) -> list[Model]:
        order.happened, order.course, order.present_state = form.happened, form.course, form.present_state
        order.latitude, order.longitude = form.latitude, form.longitude
        told = (form.happened, form.place, form.course, form.present_state, form.request)
        order.words = words_of(order, [actor.name] if actor.is_staff else [])
        if emergency_in("\n".join(told)):
            order.urgency = Urgency.EMERGENCY
        told_so = Incoming(
            source=Source.WEBSITE, medium="portal", provider_id=key, sender=form.phone, text="\n".join(filter(None, told)),
        )  # fmt: skip
        return [original(told_so, order, None), *rows]

    new = NewOrder(
        source=Source.WEBSITE, medium="portal", kind=form.kind, text=form.request, place=form.place, phone=form.phone,
        name="" if form.anonymous else form.name, subject_kind="anonymous" if form.anonymous else "natural_person",
        confidential=form.confidential, wished_reply=form.wished_reply, region=form.region,
        title=title_from(form.request or form.course),
    )  # fmt: skip
    with transaction.atomic():
        order = open_order(actor, new, also=also).order
        if files:
            with order_deed(SYSTEM, order.number, "_say") as deed:
                talk_of(deed)
                add_files(deed, files, f"form:{key[:40]}")
    return Written(order, code_of(order))
