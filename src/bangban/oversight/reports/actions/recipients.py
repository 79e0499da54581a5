"""Who regularly gets reports (GB33358-5.6.1.3)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.access.locks import hold
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.oversight.reports.addresses import wrong_address
from bangban.oversight.reports.models import ReportRecipient
from bangban.oversight.reports.parties import reaches
from bangban.oversight.reports.terms import Period, Way
from bangban.registry.org.reads import place

KINDS = (*Period.values, "special")
NAME_LIMIT, ADDRESS_LIMIT = 60, 200


def _manager_of(actor: Actor, body_id: int) -> None:
    if not (may(actor, "reports.prepare") or may(actor, "reports.release")) or not reaches(actor, body_id):
        raise NotYours("没有找到这个热线，请核对机构。")


@transaction.atomic
def save_recipient(
    actor: Actor,
    body_id: int,
    name: str,
    kinds: Sequence[str],
    channel: str,
    *,
    unit_id: int | None = None,
    address: str = "",
    replaces: int | None = None,
) -> ReportRecipient:
    """Add a recipient, or replace one by its id; what was sent before stays in the register.

    Raises Incomplete with `replaces` in its details for a name that is there already: nobody is replaced unasked.
    """
    _manager_of(actor, body_id)
    problems = {}
    if not name.strip() or len(name.strip()) > NAME_LIMIT:
        problems["name"] = f"请填写报送对象，最多{NAME_LIMIT}字。"
    if not kinds or not set(kinds) <= set(KINDS):
        problems["kinds"] = "请选择报送哪些报告。"
    if channel not in Way.values:
        problems["channel"] = "请选择报送方式。"
    elif channel == Way.IN_APP and (unit_id is None or place(unit_id) is None):
        problems["unit"] = "通过工作门户报送的，请选择单位。"
    elif channel != Way.IN_APP and (wrong := wrong_address(channel, address.strip())):
        problems["address"] = wrong
    if len(address.strip()) > ADDRESS_LIMIT:
        problems["address"] = f"地址最多{ADDRESS_LIMIT}字。"
    if problems:
        raise Incomplete("还不能保存，请检查标出的内容。", fields=problems)
    hold(f"report recipients {body_id}")
    known = ReportRecipient.objects.filter(body_id=body_id, name=name.strip(), active=True).first()
    if known is not None and known.id != replaces:
        told = f"已经有“{known.name}”（{Way(known.channel).label}）。要改它，请勾选“替换原来的”；另一个对象请换个名称。"
        raise Incomplete("还没有保存：同名的报送对象已经有了。", fields={"name": told}, replaces=known.id)
    if known is not None:
        ReportRecipient.objects.filter(id=known.id).update(active=False)
    return ReportRecipient.objects.create(
        body_id=body_id, name=name.strip(), unit_id=unit_id, kinds=sorted(set(kinds)), channel=channel,
        address=address.strip(), set_by=actor.public_name, set_at=now(),
    )  # fmt: skip


def end_recipient(actor: Actor, recipient_id: int) -> None:
    """Stop sending to a recipient; the register keeps what it got."""
    row = ReportRecipient.objects.filter(id=recipient_id, active=True).first()
    if row is None:
        raise NotYours("没有找到这个报送对象，请刷新页面。")
    _manager_of(actor, row.body_id)
    ReportRecipient.objects.filter(id=row.id).update(active=False)
