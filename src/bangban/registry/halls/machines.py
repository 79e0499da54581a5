"""What a machine of the hall may do follows from its kind, which stands as its duty; one without a kind may do nothing."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.registry.halls.models import DeviceKind

KIOSK, RATING_DEVICE = "kiosk", "rating_device"
PARTIES = {DeviceKind.KIOSK.value: KIOSK, DeviceKind.RATING.value: RATING_DEVICE}


def machine_parties(actor: Actor, body_id: int) -> frozenset[str]:
    """Return what a machine is in a hall: `kiosk`, `rating_device`, or nothing for a board and in other halls."""
    if actor.kind != "device" or actor.unit_id != body_id:
        return frozenset()
    return frozenset(party for kind, party in PARTIES.items() if kind in actor.duties)


def is_kiosk(actor: Actor, body_id: int) -> bool:
    """Tell whether the actor is a kiosk of this hall, where tickets are taken and people check in."""
    return KIOSK in machine_parties(actor, body_id)
