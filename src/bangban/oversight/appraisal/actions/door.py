"""What every action here needs: the locked record, and words to colleagues."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed, deed
from bangban.foundation.flows.flow import Flow, NotYours
from bangban.foundation.ledger.models import Record
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.foundation.notify.models import Channel
from bangban.foundation.notify.purposes import STAFF_NOTICE
from bangban.oversight.appraisal.parties import manages
from bangban.registry.org.models import Body, Staff

R = TypeVar("R", bound=Record)
LONGEST = 2000


@contextmanager
def on(
    flow: Flow, model: type[R], actor: Actor, number: str, action: str, given: Mapping[str, Any] | None = None
) -> Iterator[Deed[R]]:
    """Do one action on the record of a number."""

    def lock() -> R | None:
        return model._default_manager.select_for_update().filter(number=number.strip().upper()).first()

    chosen: Callable[[], R | None] = lock
    with deed(flow, chosen, action, actor, given) as work:
        yield work


def manager_of(actor: Actor, center_id: int) -> None:
    """Refuse everybody but the system and a manager of the hotline who takes in no matters (GB33358-4.1.1)."""
    if actor.kind != "system" and not manages(actor, center_id):
        raise NotYours("只有热线管理人员可以进行这一步；受理岗位不参与考核评价。")


def one_at_a_time(center_id: int) -> None:
    """Let two who draft, draw or import for one hotline at once come one after the other."""
    Body.objects.select_for_update(of=("self",), no_key=True).get(id=center_id)


def identifier(text: str) -> UUID:
    """Return an id that a form gave; NotYours for none."""
    try:
        return UUID(str(text))
    except ValueError:
        raise NotYours("没有找到这一行，请刷新页面后再试。") from None


def accounts_of(body_id: int, *duties: str) -> list[int]:
    """Return the accounts of a body's staff with one of some duties."""
    found = Staff.objects.filter(body_id=body_id, active=True, duties__overlap=list(duties))
    return list(found.order_by("id").values_list("account_id", flat=True))


def tell(work: Deed[Any], accounts: Iterable[int], text: str, key: str) -> None:
    """Tell colleagues inside the work portal; the same key again says nothing new."""
    for account in accounts:
        address = Address(Channel.IN_APP.value, account_id=account)
        enqueue(work, Message(STAFF_NOTICE.code, (address,), text, f"appraisal:{work.record.number}:{key}:{account}"))
