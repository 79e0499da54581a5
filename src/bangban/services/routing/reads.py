"""Suggestions for the desk. They never decide: a person sees them with their share and chooses."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bangban.registry.org.reads import place
from bangban.services.routing import shelf
from bangban.services.routing.models import ModelRun, Target
from bangban.services.routing.names import Named, Names

if TYPE_CHECKING:
    from bangban.services.hotline.reads.catalogue import CategoryView

__all__ = ["CategorySuggestion", "UnitSuggestion", "called", "runs", "suggest_category", "suggest_unit", "sureness"]


@dataclass(frozen=True, slots=True)
class CategorySuggestion:
    """A class of the catalogue: code, names from the top, share of such messages, 0 to 1; whether the share was learnt from orders."""

    code: str
    label: str
    share: float
    learnt: bool = False

    @property
    def word(self) -> str:
        """Return how sure this is, in a word."""
        return sureness(self.share, self.learnt)


@dataclass(frozen=True, slots=True)
class UnitSuggestion:
    """A unit that may get the order: id, name, share of such orders, 0 to 1; whether the share was learnt from orders."""

    unit_id: int
    label: str
    share: float
    learnt: bool = False

    @property
    def word(self) -> str:
        """Return how sure this is, in a word."""
        return sureness(self.share, self.learnt)


LIKELY, POSSIBLE = 0.8, 0.4


def sureness(share: float, learnt: bool) -> str:
    """Return how sure a suggestion is, in a word.

    Only a model's share was measured on orders left out; that of names or of the dispatch catalogue is how the words
    divide among the lines found, “all of it” for the only one, and promises nothing.
    """
    if not learnt or share < POSSIBLE:
        return "供参考"
    return "很可能" if share >= LIKELY else "可能"


def suggest_category(text: str, n: int = 3) -> list[CategorySuggestion]:
    """Return up to n classes in use, likeliest first; learnt from orders, before that by names and key words (F3.03)."""
    from bangban.services.hotline.reads.catalogue import categories

    known = {one.code: one for one in categories()}
    learnt = shelf.model(Target.CATEGORY)
    found = learnt.suggest(text, n + _SPARE) if learnt else _names(categories()).suggest(text, n)
    good = [
        CategorySuggestion(one.label, known[one.label].path, one.share, bool(learnt))
        for one in found if one.label in known
    ]  # fmt: skip
    return good[:n]


def suggest_unit(text: str, category: str = "", region: str = "", n: int = 3) -> list[UnitSuggestion]:
    """Return up to n registered units, likeliest first; before anything was learnt by the dispatch catalogue (F3.03)."""
    from bangban.services.hotline.reads.catalogue import undertakers

    registered = {str(one.unit_id): one.unit_name for one in undertakers()}
    learnt = shelf.model(Target.UNIT)
    if learnt:
        found = [(one.label, one.share) for one in learnt.suggest(text, n + _SPARE, marks_of(category, region))]
    else:
        found = _by_catalogue(text, category, region)
    return [
        UnitSuggestion(int(unit), registered[unit], share, bool(learnt)) for unit, share in found if unit in registered
    ][:n]


def marks_of(category: str, region: str) -> list[tuple[str, str]]:
    """Return what is known of an order beside its text, as the model of units learns and is asked it."""
    return [(name, value) for name, value in (("category", category), ("region", region)) if value]


def called(target: str) -> dict[str, str]:
    """Return what the labels of a target are called: classes by their names from the top and key words, units by name."""
    from bangban.services.hotline.reads.catalogue import categories, undertakers

    if target == Target.CATEGORY:
        return {one.code: "\n".join((one.path or one.name, *one.keywords)) for one in categories(retired=True)}
    return {str(one.unit_id): one.unit_name for one in undertakers(retired=True)}


def runs(target: str, limit: int = 30) -> list[ModelRun]:
    """Return the newest nights of a target, newest first."""
    return list(ModelRun.objects.filter(target=target).order_by("-at")[:limit])


_SPARE = 5
"""Asked for beyond n, since classes go out of use and units leave the register."""


def _by_catalogue(text: str, category: str, region: str) -> list[tuple[str, float]]:
    """Return the leads of the class, or of the classes that the text suggests, each with the shares of its classes."""
    from bangban.services.hotline.reads.catalogue import units_for

    likely = [(category, 1.0)] if category else [(one.code, one.share) for one in suggest_category(text)]
    shares: dict[str, float] = defaultdict(float)
    for code, share in likely:
        for line in units_for(code, region)[:1]:
            if place(line.unit_id):
                shares[str(line.unit_id)] += share
    return sorted(shares.items(), key=lambda one: -one[1])


@lru_cache(maxsize=2)
def _names(known: tuple[CategoryView, ...]) -> Names:
    return Names([
        Named(one.code, one.path or one.name, one.keywords, "\n".join(question.ask for question in one.questions))
        for one in known if one.leaf
    ])  # fmt: skip
