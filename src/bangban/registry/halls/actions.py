"""Writes of the halls: what stands where, and which machines belong to it. Setting up is not a deed on a record."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete
from bangban.foundation.privacy.crypto import digest
from bangban.registry.halls import reads
from bangban.registry.halls.defaults import FLAGS
from bangban.registry.halls.models import Area, ClassItem, Device, DeviceKind, Facility, QueueClass, Rules, Window

SEEN_SECONDS = 60


def save_area(body_id: int, code: str, name: str, **more: Any) -> Area:
    """Add or change a waiting area; `more` are fields of Area."""
    area, _ = Area.objects.update_or_create(body_id=body_id, code=code, defaults={"name": name, **more})
    reads.forget()
    return area


@transaction.atomic
def save_class(
    body_id: int, letter: str, name: str, area: Area, items: Iterable[UUID] | None = None, **more: Any
) -> QueueClass:
    """Add or change a class of business; `items` replaces the items that are handled in it.

    Raises Incomplete for a letter that cannot be read aloud, and for an area of another hall.
    """
    if not (letter.isascii() and letter.isalpha() and letter.isupper() and len(letter) <= 2):
        raise Incomplete("业务类别信息有误。", fields={"letter": "号码前缀请用一到两个大写字母。"})
    if area.body_id != body_id:
        raise Incomplete("业务类别信息有误。", fields={"area": "等候区不属于这个大厅。"})
    klass, _ = QueueClass.objects.update_or_create(
        body_id=body_id, letter=letter, defaults={"name": name, "area": area, **more}
    )
    if items is not None:
        wanted = set(items)
        ClassItem.objects.filter(klass=klass).exclude(item_id__in=wanted).delete()
        for item_id in wanted:
            ClassItem.objects.update_or_create(body_id=body_id, item_id=item_id, defaults={"klass": klass})
    reads.forget()
    return klass


def save_window(body_id: int, label: str, area: Area, classes: Iterable[QueueClass] = (), **more: Any) -> Window:
    """Add or change a window with the classes it usually serves."""
    if area.body_id != body_id:
        raise Incomplete("窗口信息有误。", fields={"area": "等候区不属于这个大厅。"})
    window, _ = Window.objects.update_or_create(
        body_id=body_id, label=label, defaults={"area": area, "classes": [klass.id for klass in classes], **more}
    )
    reads.forget()
    return window


def save_facility(body_id: int, name: str, kind: str, route: str, *, floor: str = "1层", **more: Any) -> Facility:
    """Add or change a place that people ask for (DB23-6.3.2-c)."""
    facility, _ = Facility.objects.update_or_create(
        body_id=body_id, name=name, floor=floor, defaults={"kind": kind, "route": route, **more}
    )
    reads.forget()
    return facility


IN_USE = {
    "areas": (Area, ("code",)),
    "classes": (QueueClass, ("letter",)),
    "windows": (Window, ("label",)),
    "facilities": (Facility, ("name", "floor")),
}


def set_in_use(body_id: int, part: str, key: str, active: bool) -> None:
    """Take an area, class, window or facility out of use, or into use again; `key` as in layout.Entry.

    Raises Incomplete for an area in which classes or windows in use still stand.
    """
    model, names = IN_USE[part]
    rows = model._default_manager.filter(
        body_id=body_id, **dict(zip(names, key.rsplit("@", len(names) - 1), strict=True))
    )
    if part == "areas" and not active:
        used = [kind.objects.filter(area__in=rows, active=True).exists() for kind in (QueueClass, Window)]
        if any(used):
            raise Incomplete("这个等候区还有业务类别或窗口在用，请先把它们改到其他等候区。")
    rows.update(active=active)
    reads.forget()


def save_rules(body_id: int, **values: Any) -> Rules:
    """Set rules of a hall; what is not named stays. Raises Incomplete for credits of unknown flags or below zero."""
    credits: Mapping[str, int] = values.get("credits", {})
    if set(credits) - set(FLAGS) or any(minutes < 0 for minutes in credits.values()):
        raise Incomplete("大厅规则有误。", fields={"credits": "优先类别须在名单之内，提前的分钟数不能小于0。"})
    rules, _ = Rules.objects.update_or_create(body_id=body_id, defaults=values)
    reads.forget()
    return rules


def register_device(
    body_id: int,
    kind: str,
    code: str,
    *,
    area: Area | None = None,
    window: Window | None = None,
    place: str = "",
    key: str = "",
) -> str:
    """Add a machine, or give it a new key; returns the key, which is shown once. Raises Incomplete."""
    if kind not in DeviceKind.values:
        raise Incomplete("终端信息有误。", fields={"kind": "没有这类终端。"})
    if kind == DeviceKind.RATING and window is None:
        raise Incomplete("终端信息有误。", fields={"window": "请选择评价器所在的窗口。"})
    key = key or secrets.token_urlsafe(18)
    Device.objects.update_or_create(
        body_id=body_id,
        code=code,
        defaults={
            "kind": kind,
            "area": area,
            "window": window,
            "place": place,
            "key_digest": digest(key.encode()),
            "active": True,
        },
    )
    return key


def retire_device(body_id: int, code: str) -> None:
    """Take a machine out of use: its key opens nothing any more."""
    Device.objects.filter(body_id=body_id, code=code).update(active=False)


def device_seen(device_id: int) -> None:
    """Note that a machine is alive, for the list of the hall manager; at most once a minute."""
    at = now()
    row = Device.objects.filter(id=device_id).first()
    if row and (row.seen_at is None or (at - row.seen_at).total_seconds() >= SEEN_SECONDS):
        Device.objects.filter(id=device_id).update(seen_at=at)
