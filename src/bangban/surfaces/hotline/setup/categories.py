"""The tree of classes: key words, guiding questions and limits of each (GB33358-5.1.2.4-a)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.services.hotline.actions import catalogue as actions
from bangban.services.hotline.reads import catalogue as reads
from bangban.services.hotline.reads.catalogue import CategoryView, Question
from bangban.surfaces.desk import pages
from bangban.surfaces.hotline.setup.frame import KEEPS, page, typed_of
from bangban.surfaces.web.given import entered

SPLIT = re.compile(r"[\s,，、;；]+")
SPARE_QUESTIONS = 3
MOST_QUESTIONS = 20


@require_safe
@pages.staff(*KEEPS)
def categories(request: HttpRequest) -> HttpResponse:
    """Show the tree of classes, or those that a word is found in."""
    wanted = request.GET.get("q", "").strip()[:40]
    found = [one for one in reads.categories(retired=True) if not wanted or _has(one, wanted)]
    rows = [
        {"view": one, "level": 1 if one.code.endswith("0000") else 2 if one.code.endswith("00") else 3,
         "own": len(_own_questions(one))}
        for one in found
    ]  # fmt: skip
    return page(request, "hotline/setup_categories.html", "setup", {"rows": rows, "wanted": wanted})


def _has(one: CategoryView, wanted: str) -> bool:
    return wanted in one.path or one.code.startswith(wanted) or any(wanted in word for word in one.keywords)


def _own_questions(one: CategoryView) -> list[Question]:
    """Return the questions of a class without those it has from the classes above it."""
    above = reads.category(one.parent_id)
    return [question for question in one.questions if above is None or question not in above.questions]


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(*KEEPS)
def category(request: HttpRequest, code: str = "") -> HttpResponse:
    """Show a class or the form of a new one, and save it; what was typed stays when something is wrong."""
    known = reads.category(code) if code else None
    if code and known is None:
        raise NotYours("没有找到这个分类。")
    if request.method != "POST":
        return _category(request, known, _as_typed(known, request.GET.get("code", "")[:6]))
    typed = typed_of(request)
    actor = pages.desk_actor(request)
    limit = typed.get("limit_days", "").strip()
    try:
        actions.save_category(
            actor, code or typed.get("code", "").strip(), typed.get("name", ""),
            keywords=SPLIT.split(typed.get("keywords", "")), questions=_questions(typed),
            limit_days=entered(limit) if limit else None, active=typed.get("active", "yes") == "yes",
        )  # fmt: skip
    except NotYours:
        raise
    except FlowError as error:
        return _category(request, known, typed, error)
    return pages.done(request, reverse("calls:setup"))


def _as_typed(known: CategoryView | None, code: str) -> dict[str, str]:
    if known is None:
        return {"code": code, "active": "yes"}
    typed = {
        "code": known.code, "name": known.name, "keywords": "、".join(known.keywords),
        "limit_days": str(known.limit_days or ""), "active": "yes" if known.active else "no",
    }  # fmt: skip
    for place, one in enumerate(_own_questions(known)):
        typed |= {
            f"q{place}.code": one.code,
            f"q{place}.ask": one.ask,
            f"q{place}.required": "yes" if one.required else "",
        }
    return typed


def _asked(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the questions as they stand in the form, those without words left out."""
    return [
        {"code": typed.get(f"q{place}.code", ""), "ask": typed[f"q{place}.ask"].strip(),
         "required": typed.get(f"q{place}.required") == "yes"}
        for place in range(MOST_QUESTIONS)
        if typed.get(f"q{place}.ask", "").strip()
    ]  # fmt: skip


def _questions(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the questions to be saved: a new one gets the next free code, for people do not think in codes."""
    asked = _asked(typed)
    taken = {one["code"] for one in asked}
    free = (f"q{number}" for number in range(1, 2 * MOST_QUESTIONS) if f"q{number}" not in taken)
    return [one if one["code"] else {**one, "code": next(free)} for one in asked]


def _category(
    request: HttpRequest, known: CategoryView | None, typed: Mapping[str, str], error: FlowError | None = None
) -> HttpResponse:
    asked = _asked(typed)
    spare = [{"code": "", "ask": "", "required": False}] * min(SPARE_QUESTIONS, MOST_QUESTIONS - len(asked))
    above = reads.category(known.parent_id) if known else None
    context = {
        "known": known, "typed": typed, "questions": [*asked, *spare], "inherited": above.questions if above else (),
    }  # fmt: skip
    return page(request, "hotline/setup_category.html", "setup", context, error)
