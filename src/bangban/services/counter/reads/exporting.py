"""The consultation ledger as rows for a file, with every field of the clause (DB23-6.4.1-b)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import clocks_of
from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.services.counter.models import Inquiry
from bangban.services.counter.models.inquiries import UserKind
from bangban.services.counter.reads.inquiries import Days, agreed_clock, chosen, names_of, row_of
from bangban.services.counter.reads.one import given_of

MOST_EXPORTED = 10_000
COLUMNS = (
    "编号", "状态", "登记时间", "渠道", "咨询内容要点", "服务对象", "称呼", "联系方式", "事项", "类别", "登记人", "答复人",
    "是否当场答复", "约定答复时间", "是否超过约定时间", "答复时间", "答复内容", "依据", "提供的材料", "撤回理由",
)  # fmt: skip


def ledger_rows(
    actor: Actor, box: str = "all", *, days: Days = None, search: str = "", in_full: bool = False
) -> Iterator[tuple[str, ...]]:
    """Yield the ledger with all its fields, newest first, at most 10,000 rows (DB23-6.4.1-b).

    Contact data is masked; `in_full` is for callers that have kept the reason (surfaces do so before they ask).
    """
    rows = chosen(actor, box, days, search).select_related("owner", "registrar").order_by("-created_at", "-id")
    batch: list[Inquiry] = []
    for row in rows[:MOST_EXPORTED].iterator(chunk_size=500):
        batch.append(row)
        if len(batch) == 500:
            yield from _lines(batch, in_full)
            batch = []
    yield from _lines(batch, in_full)


def _lines(batch: list[Inquiry], in_full: bool) -> Iterator[tuple[str, ...]]:
    clocks, at, names = clocks_of([row.id for row in batch], now()), now(), names_of(batch)
    for row in batch:
        line = row_of(row, names, agreed_clock(clocks.get(row.id, [])), at)
        given = "；".join(f"{one.kind}（{one.how}）{one.title}" for one in map(given_of, row.materials))
        yield (
            line.number, line.state_label, _local(line.created_at), line.channel, row.question,
            str(UserKind(row.user_kind).label), row.contact_name if in_full else line.name,
            row.contact_phone if in_full else line.phone, line.item_name, line.topic, line.registrar, line.owner,
            "是" if line.instant else "否", _local(line.agreed_at), "是" if line.missed else "否",
            _local(line.replied_at), row.reply, row.basis, given, row.withdrawn_because,
        )  # fmt: skip


def _local(moment: datetime | None) -> str:
    return moment.astimezone(DEFAULT_ZONE).strftime("%Y-%m-%d %H:%M") if moment else ""
