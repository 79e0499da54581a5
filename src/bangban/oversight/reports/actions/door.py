"""What every action on a report needs: the locked record, and words to colleagues."""

from __future__ import annotations

from collections.abc import Iterable

from bangban.foundation.flows.deed import Deed
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.foundation.notify.models import Channel
from bangban.foundation.notify.purposes import STAFF_NOTICE
from bangban.oversight.reports.models import Report
from bangban.oversight.reports.terms import DUTY
from bangban.registry.org.models import Staff


def locked(number: str) -> Report | None:
    """Lock a report by its number."""
    return Report.objects.select_for_update().filter(number=number.strip().upper()).first()


def officers(body_id: int) -> list[Staff]:
    """Return the statistics officers of a hotline, by work number."""
    return list(
        Staff.objects.filter(body_id=body_id, active=True, duties__contains=[DUTY]).order_by("work_number", "id")
    )


def accounts_of(body_id: int, *duties: str) -> list[int]:
    """Return the accounts of a body's staff with one of some duties."""
    found = Staff.objects.filter(body_id=body_id, active=True, duties__overlap=list(duties))
    return list(found.order_by("id").values_list("account_id", flat=True))


def tell(work: Deed[Report], accounts: Iterable[int], text: str, key: str) -> None:
    """Tell colleagues inside the work portal; the same key again says nothing new."""
    for account in accounts:
        address = Address(Channel.IN_APP.value, account_id=account)
        enqueue(work, Message(STAFF_NOTICE.code, (address,), text, f"report:{work.record.number}:{key}:{account}"))
