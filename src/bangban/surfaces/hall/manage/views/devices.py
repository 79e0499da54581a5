"""Machines of a hall: register one (its key is shown once), see which are alive, retire one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete
from bangban.registry.halls.actions import register_device, retire_device
from bangban.registry.halls.layout import area_named, layout, window_named
from bangban.registry.halls.models import DeviceKind
from bangban.registry.halls.reads import devices as devices_of
from bangban.registry.halls.reads import hall
from bangban.surfaces.desk import acting, pages
from bangban.surfaces.hall.manage.fields import Field, read, with_options
from bangban.surfaces.hall.manage.views.setup import PERMISSION, body_of, frame

ALIVE = timedelta(minutes=5)
FIELDS = (
    Field("kind", "种类", "select", options=tuple((str(value), str(label)) for value, label in DeviceKind.choices)),
    Field("code", "编号", hint="贴在机器上的编号，如 K1；再次登记同一编号会换新钥匙"),
    Field("area", "等候区", "select", "叫号屏：只显示这个区；不选则显示全大厅", required=False),
    Field("window", "窗口", "select", "评价器必选；叫号屏选了窗口就是窗口屏", required=False),
    Field("place", "位置", hint="如 大厅入口左侧", required=False),
)


@require_safe
@pages.staff(PERMISSION)
def devices(request: HttpRequest) -> HttpResponse:
    """Show the machines of a hall."""
    return _show(request)


def _fields(body_id: int) -> tuple[Field, ...]:
    plan = layout(body_id)
    areas = [(one.key, one.values["name"]) for one in plan.areas if one.active]
    return with_options(FIELDS, area=areas, window=[(one.key, one.key) for one in plan.windows if one.active])


def _show(
    request: HttpRequest,
    typed: dict[str, Any] | None = None,
    problems: dict[str, str] | None = None,
    sentence: str = "",
    key: str = "",
    status: int = 200,
) -> HttpResponse:
    body = body_of(request)
    plan, at = hall(body.id), now()
    link = f"{settings.SITE_URL}{reverse('kiosk:pair')}?{urlencode({'key': key})}" if key else ""
    context = frame(request, body, "devices") | {
        "devices": [
            {
                "code": one.code,
                "kind": DeviceKind(one.kind).label,
                "area": plan.areas[one.area_id].name if plan and one.area_id in plan.areas else "",
                "window": plan.windows[one.window_id].label if plan and one.window_id in plan.windows else "",
                "place": one.place,
                "seen_at": one.seen_at,
                "alive": one.seen_at is not None and at - one.seen_at < ALIVE,
            }
            for one in devices_of(body.id)
        ],
        "fields": _fields(body.id),
        "values": typed or {},
        "problems": problems or {},
        "sentence": sentence,
        "key": key,
        "link": link,
        "made": (typed or {}).get("code", "") if key else "",
    }
    return pages.page(request, "hall/manage/devices.html", context, current="hall", status=status)


@require_POST
@pages.staff(PERMISSION)
def register(request: HttpRequest) -> HttpResponse:
    """Add a machine or give it a new key, and show the key this once."""
    body = body_of(request)
    found = read(_fields(body.id), request.POST)
    if found.problems:
        return _show(request, found.typed, found.problems, "请检查标出的内容。", status=422)
    values, keys = found.values, []
    actor = pages.desk_actor(request)

    def work() -> None:
        area = area_named(body.id, values["area"]) if values["area"] else None
        window = window_named(body.id, values["window"]) if values["window"] else None
        keys.append(
            register_device(body.id, values["kind"], values["code"], area=area, window=window, place=values["place"])
        )

    try:
        acting.once(actor, f"device:{body.id}", request.POST.get("client_id", ""), work)
    except Incomplete as refusal:
        problems = {str(name): str(text) for name, text in dict(refusal.details.get("fields") or {}).items()}
        return _show(request, found.typed, problems, refusal.sentence, status=422)
    if not keys:
        return _show(request, sentence="这台终端刚才已经登记。钥匙只显示一次；没有记下的，请再登记一次换新钥匙。")
    return _show(request, found.typed, key=keys[0])


@require_POST
@pages.staff(PERMISSION)
def retire(request: HttpRequest) -> HttpResponse:
    """Take a machine out of use: its key opens nothing any more."""
    body = body_of(request)
    retire_device(body.id, request.POST.get("code", "")[:100])
    return pages.done(request, f"{reverse('hall:devices')}?hall={body.code}")
