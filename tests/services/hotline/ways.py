"""Short ways to bring an order to a state, each through the actions; and calls as an exchange tells them."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from django.db import connection

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks import moment
from bangban.foundation.privacy.crypto import digest
from bangban.services.hotline.actions import dispatching, filing, handling, visiting
from bangban.services.hotline.actions.opening import code_of
from bangban.services.hotline.models import VisitPolicy, WorkOrder
from bangban.services.hotline.reads import catalogue
from bangban.services.hotline.reads.reaching import own_call_now
from bangban.services.telephony.actions import receive
from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.models import Call
from tests.hotline import ASKED, PHONE, Hotline, registered_order

_ids = count(1)
OPINION = "请核实情况并答复诉求人。"


def load(number: str) -> WorkOrder:
    return WorkOrder.objects.get(number=number)


def requester(number: str) -> Actor:
    """Whoever knows the code of an order."""
    code = code_of(load(number))
    return Actor("guest", "guest:test", channel="web", tokens=frozenset({digest(code.encode())}))


def later(**span: float) -> datetime:
    """Let the clock go on."""
    moment.stand_at(moment.now() + timedelta(**span))
    return moment.now()


def dispatched(line: Hotline, *, assisting: bool = False, **changes: object) -> str:
    """An order that waits for the building unit to sign, perhaps with the roads unit beside it."""
    number = registered_order(line, **changes).number  # type: ignore[arg-type]
    units = [line.building_unit.id, *([line.roads_unit.id] if assisting else [])]
    dispatching.dispatch(line.agent, number, OPINION, units, line.building_unit.id)
    return number


def handled(line: Hotline, *, assisting: bool = False, **changes: object) -> str:
    """An order that the building unit has signed for."""
    number = dispatched(line, assisting=assisting, **changes)
    handling.sign(line.builder, number)
    return number


def rung(line: Hotline, number: str, by: Actor, *, answered: bool = True, person: str = "") -> UUID:
    """Let somebody call the person of an order through the platform, and the exchange tell how it went."""
    return told_of(handling.contact(by, number, person=person), answered=answered)


def told_of(name: str, *, answered: bool = True, caller: str = PHONE) -> UUID:
    """Tell the events of an outgoing call; returns the id of the call."""
    at = moment.now()
    steps = [("offered", 0), ("ringing", 1), *([("answered", 5)] if answered else []), ("hung_up", 30)]
    events = [
        ExchangeEvent(
            id=f"x{next(_ids)}", call=name, kind=kind, at=at + timedelta(seconds=after), direction="out", called=caller,
            caller="12345",
        )
        for kind, after in steps
    ]  # fmt: skip
    assert not receive(events).refused
    return Call.objects.get(exchange_id=name).id


def replied(line: Hotline, **changes: object) -> str:
    """An order whose caller the building unit has answered by text message."""
    number = handled(line, **changes)  # type: ignore[arg-type]
    handling.reply(line.builder, number, "sms", "已要求工地夜间停工。")
    return number


def completed(line: Hotline, **changes: object) -> str:
    """An order that the building unit has completed; its call-back is due on the next working morning."""
    number = replied(line, **changes)
    handling.complete(line.builder, number, "已约谈施工单位，夜间不再施工。", "solved")
    return number


def visited(line: Hotline, process: bool = True, result: bool = True, **changes: object) -> str:
    """An order whose caller was called back."""
    number = completed(line, **changes)
    later(days=1)
    visiting.visit(line.visitor, number, process, result, **ASKED)
    return number


def archived(line: Hotline, **changes: object) -> str:
    """An order in the archive; the recording of the call that brought it is not there, and a reason says so."""
    number = visited(line, **changes)  # type: ignore[arg-type]
    filing.archive(line.archivist, number, "测试环境没有录音文件")
    return number


def as_if_committed() -> None:
    """Number the events as a commit would, so that followers read them."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def call_back_none() -> None:
    """Set the policy so that no order is called back."""
    for direct in (False, True):
        VisitPolicy.objects.create(kind="", direct=direct, share=0, valid_from=moment.now().date())
    catalogue.forget()


def line_problem(actor: Actor, order_id: UUID) -> str:
    """What the exchange could not do for this actor, as the order tells him."""
    own = own_call_now(actor, order_id)
    return own.sentence if own else ""
