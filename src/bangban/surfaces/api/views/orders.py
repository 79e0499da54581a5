"""Hotline orders: begin, save, read, list, act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.registry.org.reads import tree
from bangban.services.hotline import actions
from bangban.services.hotline.actions.opening import NewOrder
from bangban.services.hotline.flow import FLOW
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.reads import Filters, OrderView, order_view, page
from bangban.surfaces.api import bodies_orders as bodies
from bangban.surfaces.api.bodies import ClockOut, Line, Reference
from bangban.surfaces.api.endpoint import Call, Reply, remember
from bangban.surfaces.hotline import acts
from bangban.surfaces.web.given import whole

UNITS = ("lead", "unit")


def open_one(call: Call) -> Reply:
    """Begin an order; what is still missing is completed with PATCH before it is registered."""
    given: bodies.OrderIn = call.body
    if not any((given.text.strip(), given.title.strip(), given.contact.phone, given.call)):
        sentence = "请写明诉求内容（text），或给出来电（call）或联系电话（contact.phone）。"
        raise Incomplete(sentence, fields={"text": sentence})
    new = NewOrder(
        given.source, phone=given.contact.phone, name=given.contact.name, address=given.address,
        subject_kind=given.subject_kind, person_id=call.actor.person_id, kind=given.kind, title=given.title, text=given.text,
        place=given.place, region=given.region, confidential=given.confidential, wished_reply=given.wished_reply,
        medium=given.medium, call_id=given.call,
    )  # fmt: skip

    def answer(order: WorkOrder, token: str) -> list[Any]:
        if call.key is None:
            return []
        remember(call.key, Reply(_opened(order, token), 201))
        return [call.key]

    opened = actions.open_order(call.actor, new, also=answer if call.key else None)
    return Reply(_opened(opened.order, opened.token), 201)


def _opened(order: WorkOrder, token: str) -> bodies.OrderOpened:
    allowed = [line.action for line in FLOW.allowed(order, {"requester"})]
    return bodies.OrderOpened(order.number, token, order.state, list(dict.fromkeys(allowed)))


def list_of_orders(call: Call) -> Reply:
    """Return one page of a box, narrowed by the filters of the query."""
    names = Filters.__dataclass_fields__
    found = page(
        call.actor, call.query("box", "all"), Filters.of({name: call.query(name) for name in names}),
        after=call.query("after"), limit=call.number("limit", 50, 100) or 50,
    )  # fmt: skip
    rows = [
        bodies.OrderRow(
            row.number, row.state, row.state_label, row.kind, row.source, row.urgency, row.round, row.received_at.isoformat(),
            row.gist, row.place, row.contact_name, row.category, row.unit_name, _iso(row.due_at), row.supervision_level,
        )
        for row in found.rows
    ]  # fmt: skip
    return Reply(bodies.OrderPage(rows, found.after))


def read_one(call: Call, number: str) -> Reply:
    """Return an order as the caller may see it; strangers get 404."""
    return Reply(order_out(order_view(call.actor, number)))


def save(call: Call, number: str) -> Reply:
    """Save fields one by one; a wrong one keeps the others from nothing."""
    given: bodies.OrderFields = call.body
    saved = actions.save(call.actor, number, given.fields, given.base)
    return Reply(bodies.OrderSaved(saved.version, saved.saved, saved.conflicts, saved.problems))


def act(call: Call, number: str, action: str) -> Reply:
    """Do one action of the order flow; 409 tells the state and what is allowed, 404 that the order is not yours."""
    given = _with_units(call.body.given())
    try:
        acts.act(call.actor, number, action, given, client_id="")
    except NotAllowed as refused:
        refused.details["allowed_actions"] = order_view(call.actor, number).allowed_actions
        raise
    try:
        return Reply(order_out(order_view(call.actor, number)))
    except NotYours:
        return Reply({"number": number, "allowed_actions": []})


def _with_units(given: dict[str, Any]) -> dict[str, Any]:
    """Put ids in the place of codes of bodies; a body that nobody knows is refused by name of the field."""
    for name in UNITS:
        if name in given:
            given[name] = _unit(name, given[name])
    if "units" in given:
        given["units"] = [_unit("units", one) for one in given["units"]]
    return given


def _unit(field: str, reference: Reference) -> int:
    known = tree()
    number = reference if isinstance(reference, int) else whole(reference)
    found = known.by_code.get(str(reference)) if number is None else known.by_id.get(number)
    if found is None:
        raise Incomplete("没有找到这个单位。", fields={field: "请给出机构编号或编码。"})
    return found.id


def order_out(view: OrderView) -> bodies.OrderOut:
    """Translate an order for the API."""
    order, subject = view.order, view.subject
    return bodies.OrderOut(
        number=view.number, version=view.version, state=view.state, state_label=view.state_label, source=order.source,
        kind=order.kind, category=order.category.code if order.category else "", urgency=order.urgency,
        emergency_class=order.emergency_class, round=order.round, title=order.title, happened=order.happened,
        place=order.place, course=order.course, present_state=order.present_state, request=order.request,
        subject=bodies.SubjectOut(
            order.subject_kind, subject.name, subject.phone, subject.address, subject.confidential, subject.hidden
        ),
        lead=view.lead, due_at=_iso(order.due_at), result_code=order.result_code, result=order.result_text,
        handling=order.handling_text, supervision_level=order.supervision_level,
        merged_into=order.merged_into.number if order.merged_into else "",
        units=[
            bodies.UnitOut(
                one.unit, one.role, one.state, one.round, one.due_at.isoformat(), _iso(one.signed_at), one.reason
            )
            for one in view.units
        ],
        visits=[
            bodies.VisitOut(
                one.round, one.state, one.policy, one.process_satisfied, one.result_satisfied, len(one.attempts)
            )
            for one in view.visits
        ],
        timeline=[Line(str(h.id), h.at.isoformat(), h.kind, h.actor, h.text) for h in view.timeline],
        clocks=[ClockOut(c.rule, c.label, c.clause, c.state, c.light, c.due_at.isoformat()) for c in view.clocks],
        allowed_actions=view.allowed_actions,
    )  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
