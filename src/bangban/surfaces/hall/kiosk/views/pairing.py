"""Making a browser one of the hall's machines."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from bangban.registry.halls.models import DeviceKind
from bangban.registry.halls.reads import DeviceView, device_of, hall
from bangban.registry.org.reads import place
from bangban.surfaces.api.limits import Busy, guessing, may_guess
from bangban.surfaces.hall.kiosk.screen import answer
from bangban.surfaces.hall.kiosk.settings import FITTINGS, Setup, keep_setup
from bangban.surfaces.portal.pages import see, too_often
from bangban.surfaces.portal.visitors import address_of
from bangban.surfaces.web.devices import keep_key

LONGEST_KEY = 100


@require_http_methods(["GET", "HEAD", "POST"])
def pair(request: HttpRequest) -> HttpResponse:
    """Show which machine a key belongs to, and let this browser be it; few wrong keys are tried by anybody."""
    key = (request.POST if request.method == "POST" else request.GET).get("key", "").strip()[:LONGEST_KEY]
    try:
        may_guess(address_of(request))
        device = device_of(key)
        if device is None:
            guessing(address_of(request))
    except Busy as busy:
        return too_often(request, busy)
    if device is None or request.method != "POST":
        return answer(request, "zh", "hall/kiosk/pair.html", _context(device, key), 200 if device else 404)
    response = see(first_page(device))
    keep_key(response, key)
    if device.kind == DeviceKind.KIOSK:
        keep_setup(response, Setup(**{name: name in request.POST for name in FITTINGS}))
    return response


def first_page(device: DeviceView) -> str:
    """Return where a machine of this kind works."""
    pages = {DeviceKind.KIOSK: "kiosk:home", DeviceKind.RATING: "kiosk:rating"}
    return reverse(pages[DeviceKind(device.kind)]) if device.kind in pages else board_page()


def board_page() -> str:
    """Return where a board works."""
    return reverse("boards:mine")


def _context(device: DeviceView | None, key: str) -> dict[str, object]:
    if device is None:
        return {"device": None, "key": ""}
    body, plan = place(device.body_id), hall(device.body_id)
    window = plan.windows.get(device.window_id or 0) if plan else None
    return {
        "device": device,
        "key": key,
        "kind": str(DeviceKind(device.kind).label),
        "body": body.name if body else "",
        "window": window.label if window else "",
        "kiosk": device.kind == DeviceKind.KIOSK,
    }
