"""Arranging the ways into the catalogue (BJP-8): reference data kept by catalogue reviewers."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.registry.catalog.models import Item, LifeEvent, LifeEventItem, Section, Theme
from bangban.registry.catalog.reads.navigating import forget

WAYS = frozenset({"all", "theme", "department", "life_event", "region", "audience", "tag", "mode", "online", "hot"})


def save_theme(code: str, name: str, side: str, names: Sequence[str], position: int, actor: Actor) -> None:
    """Add or change a theme; `names` are the words by which files call it."""
    _check(actor)
    words = list(dict.fromkeys([name, *names]))
    Theme.objects.update_or_create(
        code=code, defaults={"name": name, "side": side, "names": words, "position": position}
    )
    forget()


@transaction.atomic
def save_life_event(
    code: str, name: str, side: str, items: Sequence[UUID], actor: Actor, *, description: str = "", position: int = 0
) -> None:
    """Add or change a life event with its items in order; Incomplete when an item is unknown."""
    _check(actor)
    known = set(Item.objects.filter(id__in=items).values_list("id", flat=True))
    if missing := [one for one in items if one not in known]:
        raise Incomplete("没有找到其中的事项。", fields={"items": f"没有找到{len(missing)}个事项。"})
    event, _ = LifeEvent.objects.update_or_create(
        code=code, defaults={"name": name, "side": side, "description": description, "position": position}
    )
    event.steps.all().delete()
    LifeEventItem.objects.bulk_create(
        LifeEventItem(life_event=event, item_id=one, position=place)
        for place, one in enumerate(dict.fromkeys(items), 1)
    )
    forget()


def save_section(
    code: str, title: str, by: str, value: str, position: int, actor: Actor, *, shown: bool = True
) -> None:
    """Add or change a section of the column; `by` and `value` say what it lists."""
    _check(actor)
    if by not in WAYS:
        raise Incomplete("没有这种板块。", fields={"by": "没有这种板块。"})
    Section.objects.update_or_create(
        code=code, defaults={"title": title, "by": by, "value": value, "position": position, "shown": shown}
    )
    forget()


def _check(actor: Actor) -> None:
    if actor.kind != "system" and not may(actor, "catalog.review"):
        raise NotYours("您不能调整事项导航。")
