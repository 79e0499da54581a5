"""Who visits the portal, and what they chose: language, large type, size of the words."""

from __future__ import annotations

from typing import Literal, cast

from django.http import HttpRequest

from bangban.foundation.access.actors import Actor
from bangban.surfaces.portal.language import Language
from bangban.surfaces.web.actors import CASE_CODES, actor_in_session, channel_of

LANGUAGE, MODE, SIZE = "language", "mode", "text_size"
YEAR = 365 * 24 * 3600
MOST_CODES = 50


def visitor(request: HttpRequest) -> Actor:
    """Return the service user of a request; staff who look at the portal are guests with this browser's codes."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    if actor.kind in ("user", "guest"):
        return actor
    return actor_in_session({CASE_CODES: codes(request)}, channel_of(request))


def codes(request: HttpRequest) -> list[str]:
    """Return the case codes that this browser has shown."""
    return [str(code) for code in request.session.get(CASE_CODES, [])]


def keep_code(request: HttpRequest, code: str) -> None:
    """Remember a case code for this browser; the oldest go when there are too many."""
    kept = [known for known in codes(request) if known != code]
    request.session[CASE_CODES] = [*kept, code][-MOST_CODES:]


def language_of(request: HttpRequest) -> Language:
    """Return the chosen language, Chinese by default."""
    return "en" if request.COOKIES.get(LANGUAGE) == "en" else "zh"


def mode_of(request: HttpRequest) -> Literal["standard", "elder"]:
    """Return whether large type was chosen; it is offered in Chinese and English."""
    return "elder" if request.COOKIES.get(MODE) == "elder" else "standard"


def size_of(request: HttpRequest) -> Literal[1, 2, 3]:
    """Return the size of the words in large type."""
    return {"2": 2, "3": 3}.get(request.COOKIES.get(SIZE, ""), 1)  # type: ignore[return-value]


def address_of(request: HttpRequest) -> str:
    """Return where a request comes from, for counting wrong guesses."""
    return str(request.META.get("REMOTE_ADDR", ""))
