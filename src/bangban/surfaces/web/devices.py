"""Machines of the hall: a kiosk, board or rating device is known by the key that it was given when it was set up."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bangban.foundation.access.actors import Actor
from bangban.registry.halls.actions import device_seen
from bangban.registry.halls.models import DeviceKind
from bangban.registry.halls.reads import DeviceView, device_of

COOKIE = "bangban_device"
YEAR = 365 * 24 * 3600


def keep_key(response: HttpResponse, key: str) -> None:
    """Let this browser be the machine with this key from now on."""
    response.set_cookie(COOKIE, key, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.HTTPS)


def device_here(request: HttpRequest, kind: str = "") -> DeviceView | None:
    """Return the machine behind a request, of a kind when named; and note that it is alive."""
    device = device_of(request.COOKIES.get(COOKIE, ""))
    if device is None or (kind and device.kind != kind):
        return None
    device_seen(device.id)
    return device


def actor_of_device(device: DeviceView) -> Actor:
    """Return the machine as an actor: what it may do in its own hall follows from its kind, which stands as its duty."""
    label = DeviceKind(device.kind).label
    return Actor(
        "device",
        f"device:{device.id}",
        f"{label}{device.code}",
        channel="kiosk",
        unit_id=device.body_id,
        duties=frozenset({device.kind}),
    )
