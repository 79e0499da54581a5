"""What a posted form says: answers, fields with the version that was on the page."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest

from bangban.foundation.flows.flow import FlowError
from bangban.services.guidance.views import GuidanceView
from bangban.surfaces.web.given import whole

VALUE, VERSION = "v-", "n-"
LONGEST = 5000


@dataclass(frozen=True)
class Told:
    """What the panel says back: a sentence, the fields it is about, and what was typed."""

    sentence: str = ""
    tone: str = "danger"
    problems: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    place: str = ""


NOTHING = Told()


def refused(error: FlowError, place: str, typed: dict[str, str] | None = None) -> Told:
    """Return why something was not done, with what was typed, so that nothing is lost."""
    problems = {str(name): str(text) for name, text in dict(error.details.get("fields") or {}).items()}
    return Told(error.sentence, "warn" if problems else "danger", problems, typed or {}, place)


def answers_in(request: HttpRequest) -> dict[str, str]:
    """Return the answers about the situation."""
    return {
        name: str(value)[:50]
        for name, value in request.POST.items()
        if name.isalnum() and name != "csrfmiddlewaretoken"
    }


def typed_in(request: HttpRequest) -> dict[str, tuple[str, int]]:
    """Return the values of a form by field, each with the version that was on the page."""
    return {
        name.removeprefix(VALUE): (str(value)[:LONGEST], version_in(request, name.removeprefix(VALUE)))
        for name, value in request.POST.items()
        if name.startswith(VALUE)
    }


def version_in(request: HttpRequest, code: str) -> int:
    """Return the version of a field that was on the page; 0 when it says none."""
    text = request.POST.get(VERSION + code, "")
    return whole(text) or 0


def with_typed(view: GuidanceView, typed: dict[str, str]) -> dict[str, str]:
    """Return what the inputs show: what was typed and not stored, else what is stored."""
    if view.form is None:
        return typed
    stored = {one.code: one.value for section in view.form.sections for one in section.fields}
    return {**stored, **typed}
