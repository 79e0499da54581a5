"""By which ways a caller can be answered, and what to take instead of one that leads nowhere (GB33358-5.3.2)."""

from __future__ import annotations

from bangban.foundation.notify.models import Channel
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.notices import caller_addresses
from bangban.services.hotline.terms import ReplyChannel, Source

WRITTEN: dict[str, tuple[str, ...]] = {
    ReplyChannel.SMS: (Channel.SMS,),
    ReplyChannel.MAIL: (Channel.EMAIL,),
    ReplyChannel.WEBSITE: (Channel.IN_APP, Channel.OFFICIAL_ACCOUNT),
}
"""The channels of the platform that a way of answering goes by."""
ON_PAPER = (ReplyChannel.LETTER, ReplyChannel.VISIT)
LACKS: dict[str, str] = {
    ReplyChannel.TELEPHONE: "没有联系电话", ReplyChannel.SMS: "没有手机号码", ReplyChannel.MAIL: "没有邮箱",
    ReplyChannel.WEBSITE: "没有在网上提交或登录",
}  # fmt: skip


def ways_to(order: WorkOrder) -> tuple[ReplyChannel, ...]:
    """Return the ways by which this caller can be answered; on paper always, none at all only when nothing else is left."""
    channels = {address.channel for address in caller_addresses(order)}
    found = [ReplyChannel.TELEPHONE] if order.contact_phone else []
    found += [way for way in (ReplyChannel.SMS, ReplyChannel.MAIL) if channels.intersection(WRITTEN[way])]
    if on_page(order) or channels.intersection(WRITTEN[ReplyChannel.WEBSITE]):
        found.append(ReplyChannel.WEBSITE)
    return (*found, *ON_PAPER) if found else (*ON_PAPER, ReplyChannel.NONE)


def on_page(order: WorkOrder) -> bool:
    """Tell whether the caller follows the order on its page: he wrote it there and has its code."""
    return order.source == Source.WEBSITE


def instead_of(order: WorkOrder, way: str) -> str:
    """Return why a way leads nowhere and what leads to the caller: 没有邮箱，请改用短信或电话。 Empty for one that does."""
    open_ways = ways_to(order)
    if way in open_ways or way not in LACKS:
        return ""
    names = [str(one.label) for one in open_ways if one not in (*ON_PAPER, ReplyChannel.NONE)] or ["书面", "上门或当面"]
    return f"诉求人{LACKS[way]}，请改用{'或'.join(names)}。"
