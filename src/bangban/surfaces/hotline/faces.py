"""How the actions of an order look: their place among the buttons, their keys and glyphs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from bangban.foundation.access.actors import Actor
from bangban.services.hotline.emergency_words import told_by
from bangban.services.hotline.flow import FLOW
from bangban.services.hotline.reads import OrderView
from bangban.services.hotline.terms import Urgency
from bangban.surfaces.desk.forms.actions import Face

FACES: dict[str, Face] = {
    "take": Face("c", "check", primary=True, at_once=True),
    "confirm": Face("q f", "check"),
    "register": Face("t", "check", at_once=True),
    "answer": Face("a", "chat"),
    "dispatch": Face("d", "transfer"),
    "respond": Face("m", "send"),
    "call_unit": Face("q t", "phone"),
    "end_three_party": Face("q y", "phone"),
    "report_emergency": Face("e", "danger"),
    "acknowledge": Face("k", "check", primary=True, at_once=True),
    "receive_emergency": Face("y", "shield", primary=True),
    "sign": Face("s", "check", primary=True, at_once=True),
    "sign_part": Face("s", "check", primary=True, at_once=True),
    "contact": Face("q c", "phone"),
    "reply": Face("p", "send"),
    "complete": Face("x", "file-check"),
    "report_part": Face("p", "send", primary=True),
    "ask_extension": Face("w", "clock"),
    "decide_extension": Face("w", "clock", primary=True),
    "return": Face("r", "arrow-left"),
    "return_part": Face("r", "arrow-left"),
    "redispatch": Face("d", "transfer", primary=True),
    "designate": Face("z", "flag"),
    "send_back": Face("b", "arrow-left"),
    "visit": Face("v", "phone", primary=True),
    "try_visit": Face("n", "clock"),
    "end_visit": Face("q e", "close"),
    "redo": Face("o", "refresh", primary=True),
    "decline_redo": Face("q d", "close"),
    "archive": Face("q a", "lock"),
    "ask_reopen": Face("q o", "refresh"),
    "reopen": Face("q p", "refresh"),
    "refuse_reopen": Face("q n", "close"),
    "unmerge": Face("q u", "arrow-left"),
    "discuss": Face("i", "users"),
    "merge": Face("q m", "link"),
    "refuse": Face("q r", "close"),
    "withdraw": Face("q w", "close"),
}
# What stands behind 更多, so that the daily steps stay in sight.
RARE = frozenset(
    {
        "end_visit",
        "decline_redo",
        "archive",
        "ask_reopen",
        "reopen",
        "refuse_reopen",
        "merge",
        "unmerge",
        "refuse",
        "withdraw",
        "discuss",
        "send_back",
    }
)
NEXT = {
    "registering": ("register",), "registered": ("dispatch", "answer"), "handling": ("reply", "complete"),
    "completed": ("visit",), "visited": ("archive",),
}  # fmt: skip
# An agent answers or passes on while the caller is still speaking: registering is then the first half of the same step.
IN_ONE_STEP = ("answer", "dispatch")


def offered(view: OrderView, actor: Actor) -> dict[str, str]:
    """Return the actions shown, by code and label: those of the flow, and the steps that register on the way."""
    found = {line.action: line.label for line in view.allowed}
    if (
        view.state == "registering"
        and not view.parties.isdisjoint({"agent", "desk"})
        and view.order.agent_id == actor.staff_id
    ):
        found |= {action: FLOW.by_action[action][0].label for action in IN_ONE_STEP}
    if view.order.agent_id == actor.staff_id:
        found.pop("take", None)
    if "decide_extension" in found and not any(not one.decision for one in view.extensions):
        del found["decide_extension"]
    if any(not one.decision for one in view.extensions):
        found.pop("ask_extension", None)
    if "end_three_party" in found and not any(one.ended_at is None for one in view.three_parties):
        del found["end_three_party"]
    if any(one.ended_at is None for one in view.three_parties):
        found.pop("call_unit", None)
    if view.state != "registering" and "respond" in found and view.order.first_response_at:
        del found["respond"]
    if view.order.source == "telephone":
        found.pop("respond", None)
    _emergency(view, found)
    if view.order.summary_confirmed is True or not view.order.request:
        found.pop("confirm", None)
    return {action: label for action, label in found.items() if action not in _refused(view, actor)}


def _emergency(view: OrderView, found: dict[str, str]) -> None:
    """Leave only those steps of an emergency that are still to be done."""
    if view.emergency is None and "acknowledge" in found and _told_by_words(view, found):
        found["acknowledge"] = "确认突发"
    elif view.emergency is None or view.emergency.acknowledged_at:
        found.pop("acknowledge", None)
    if view.emergency is not None and view.emergency.receipt_at:
        found.pop("receive_emergency", None)
    if view.order.emergency_class:
        found.pop("report_emergency", None)


def _told_by_words(view: OrderView, found: dict[str, str]) -> bool:
    """Tell whether a manager may confirm an emergency that nobody reported: its words say which class it is of."""
    told = view.order.urgency == Urgency.EMERGENCY and "report_emergency" in found
    return told and told_by(view.order) is not None


def _refused(view: OrderView, actor: Actor) -> set[str]:
    """Return the steps that the flow allows and the stand of a part or of a wish forbids."""
    part = next(
        (one for one in reversed(view.units)
         if one.unit_id == actor.unit_id and one.role == "assisting" and one.round == view.order.round),
        None,
    )  # fmt: skip
    stand = part.state if part else ""
    refused = set() if stand == "offered" else {"sign_part"}
    refused |= set() if stand == "signed" else {"report_part"}
    refused |= set() if part and stand in ("offered", "signed") and not part.designated else {"return_part"}
    if not any(one.state in ("due", "not_due") for one in view.visits):
        refused |= {"visit", "try_visit", "end_visit"}
    if view.reopening_by is None:
        refused |= {"reopen", "refuse_reopen"}
    else:
        refused |= {"ask_reopen"} | ({"reopen", "refuse_reopen"} if view.reopening_by == actor.staff_id else set())
    return (
        refused
        | ({"send_back"} if view.order.direct else set())
        | ({"decline_redo"} if view.order.redo_decided else set())
    )


def buttons(view: OrderView, actor: Actor) -> list[dict[str, Any]]:
    """Return the buttons in a sensible order, each with its key; one is the next step."""
    labels = offered(view, actor)
    made = [
        {
            "action": action, "label": labels[action], "key": face.key, "icon": face.icon, "at_once": face.at_once,
            "form": reverse("hotline:form", args=[view.number, action]),
            "do": reverse("hotline:do", args=[view.number, action]),
            "primary": face.primary, "rare": action in RARE,
        }
        for action, face in FACES.items()
        if action in labels
    ]  # fmt: skip
    if not any(button["primary"] for button in made):
        wanted = next((step for step in NEXT.get(view.state, ()) if step in labels and not _done(view, step)), "")
        for button in made:
            button["primary"] = button["action"] == wanted
    return made


def _done(view: OrderView, step: str) -> bool:
    return step == "reply" and view.order.replied_at is not None
