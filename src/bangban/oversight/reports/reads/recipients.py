"""Who gets reports, for the page that manages them and for the form that sends one."""

from __future__ import annotations

from dataclasses import dataclass

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import NotYours
from bangban.foundation.privacy.masking import mask_address, mask_email, mask_phone
from bangban.oversight.reports.addresses import wrong_address
from bangban.oversight.reports.models import ReportRecipient, ReportSending
from bangban.oversight.reports.parties import reaches
from bangban.oversight.reports.terms import Period, Way
from bangban.registry.org.models import BodyKind
from bangban.registry.org.reads import Place, place, tree

KINDS = {**dict(Period.choices), "special": "专题报告"}


@dataclass(frozen=True)
class RecipientView:
    """One recipient; the address is masked. `sent` tells that this report went there already, `wrong` why none can."""

    id: int
    name: str
    unit: str
    kinds: tuple[str, ...]
    channel: str
    address: str
    wanted: bool
    sent: bool
    wrong: str


def recipients_of(actor: Actor, body_id: int, *, kind: str = "", report: str = "") -> list[RecipientView]:
    """Return the recipients of a hotline by name; `wanted` are those for a kind of report."""
    if not reaches(actor, body_id):
        raise NotYours("没有找到这个热线，请核对机构。")
    sent = (
        set(ReportSending.objects.filter(report__number=report).values_list("recipient_id", flat=True))
        if report
        else set()
    )
    rows = ReportRecipient.objects.filter(body_id=body_id, active=True).order_by("name")
    return [
        RecipientView(
            id=row.id,
            name=row.name,
            unit=unit.name if (unit := place(row.unit_id)) else "",
            kinds=tuple(KINDS[one] for one in KINDS if one in row.kinds),
            channel=str(Way(row.channel).label),
            address=_masked(row),
            wanted=kind in row.kinds,
            sent=row.id in sent,
            wrong="" if row.channel == Way.IN_APP else wrong_address(row.channel, row.address),
        )
        for row in rows
    ]


def _masked(row: ReportRecipient) -> str:
    if row.channel in (Way.SMS, Way.PHONE):
        return mask_phone(row.address)
    if row.channel == Way.EMAIL and "@" in row.address:
        return mask_email(row.address)
    if row.channel == Way.EMAIL:  # no address at all, so nobody's: the mistake must be seen
        return row.address
    return mask_address(row.address) if row.address else ""


def units(body_id: int) -> list[Place]:
    """Return the bodies that may be recipients: departments and management bodies, and the hotline itself, by name."""
    found = tree().of_kind(BodyKind.DEPARTMENT, BodyKind.MANAGEMENT, BodyKind.CENTER)
    return sorted(found, key=lambda one: one.name)
