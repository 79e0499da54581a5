"""What the classes of a breakdown are called."""

from __future__ import annotations

from bangban.registry.org.models import Region
from bangban.registry.org.reads import place
from bangban.services.hotline.reads.catalogue import categories, category
from bangban.services.hotline.terms import Kind, Source, SubjectKind

UNKNOWN = {"category": "未分类", "region": "未填写区域", "kind": "未定类型", "source": "未知渠道", "unit": "未知单位"}
LABELS: dict[str, dict[str, str]] = {
    "source": dict(Source.choices), "kind": dict(Kind.choices), "subject": dict(SubjectKind.choices),
}  # fmt: skip


def label_of(group: str, key: str) -> str:
    """Return the name of a class; what was not filled in is said so."""
    if not key:
        return UNKNOWN.get(group, "未填写")
    if group in LABELS:
        return str(LABELS[group].get(key, key))
    if group == "weekday":
        return f"星期{'一二三四五六日'[int(key) - 1]}"
    if group == "hour":
        return f"{key}至{int(key) + 3}时"
    if group == "category":
        found = category(int(key))
        return found.name if found else UNKNOWN[group]
    if group == "region":
        known = Region.objects.filter(code__startswith=key).order_by("code").values_list("name", flat=True).first()
        return known or key
    body = place(int(key))
    return body.name if body else UNKNOWN["unit"]


def root_of(category_id: str | None) -> str:
    """Return the class of the first order above a class, by id; empty for none."""
    found = category(int(category_id)) if category_id else None
    while found is not None and found.parent_id is not None:
        above = category(found.parent_id)
        if above is None:
            break
        found = above
    return str(found.id) if found else ""


def below(root: str) -> list[int]:
    """Return a class and all below it, by id."""
    return [one.id for one in categories(retired=True) if root_of(str(one.id)) == root]
