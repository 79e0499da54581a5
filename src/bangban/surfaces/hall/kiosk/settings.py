"""What a machine was set up with, and what the person before it has chosen; both live in its browser."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bangban.surfaces.portal.language import Language

SETUP, LOOK = "bangban_kiosk", "kiosk_look"
YEAR = 365 * 24 * 3600
SWITCHES = ("en", "elder", "low", "voice")
FITTINGS = ("printer", "voice", "dictation", "low")


@dataclass(frozen=True)
class Setup:
    """What stands in the hall: a slip printer, spoken prompts from the start (not in a quiet hall), an engine for
    dictation that keeps the voice inside the house, controls low enough for a wheelchair (F9.07).
    """

    printer: bool = False
    voice: bool = False
    dictation: bool = False
    low: bool = False

    @property
    def kept(self) -> str:
        """Return the set-up as its cookie holds it; never empty, so that the machine counts as a kiosk."""
        return ".".join(("kiosk", *(name for name in FITTINGS if getattr(self, name))))


@dataclass(frozen=True)
class Look:
    """How the kiosk looks and sounds for the person before it, until the next one comes."""

    language: Language = "zh"
    elder: bool = False
    low: bool = False
    voice: bool = False

    @property
    def mode(self) -> Literal["standard", "elder"]:
        """Return the mode in the words of the design system."""
        return "elder" if self.elder else "standard"

    @property
    def kept(self) -> str:
        """Return the look as its cookie holds it."""
        chosen = {"en": self.language == "en", "elder": self.elder, "low": self.low, "voice": self.voice}
        return ".".join(("look", *(name for name in SWITCHES if chosen[name])))

    def switched(self, name: str) -> Look:
        """Return the look with one switch turned; unknown names change nothing."""
        if name == "en":
            return replace(self, language="zh" if self.language == "en" else "en")
        return replace(self, **{name: not getattr(self, name)}) if name in SWITCHES else self  # type: ignore[arg-type]


def setup_of(request: HttpRequest) -> Setup:
    """Return how this machine was set up."""
    words = request.COOKIES.get(SETUP, "").split(".")
    return Setup(**{name: name in words for name in FITTINGS})


def look_of(request: HttpRequest) -> Look:
    """Return what the person chose; the machine's own beginning when nothing was."""
    kept = request.COOKIES.get(LOOK, "").split(".")
    if kept[0] != "look":
        setup = setup_of(request)
        return Look(low=setup.low, voice=setup.voice)
    return Look("en" if "en" in kept else "zh", "elder" in kept, "low" in kept, "voice" in kept)


def keep_setup(response: HttpResponse, setup: Setup) -> None:
    """Remember how the machine was set up, as long as its key."""
    response.set_cookie(SETUP, setup.kept, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.HTTPS)


def keep_look(response: HttpResponse, look: Look) -> None:
    """Remember a look for the person before the machine; the scripts turn switches by the same cookie."""
    response.set_cookie(LOOK, look.kept, samesite="Lax", secure=settings.HTTPS)


def forget_look(response: HttpResponse) -> None:
    """Begin anew for the next person."""
    response.delete_cookie(LOOK, samesite="Lax")
