"""One item with one version of its guide."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db.models import Q

from bangban.registry.catalog import terms
from bangban.registry.catalog.flow import ITEM_STATES
from bangban.registry.catalog.guide import guide_of
from bangban.registry.catalog.models import FormTemplate, Item, ItemVersion, Material, Standing
from bangban.registry.catalog.views import ItemCard, ItemDetail, MaterialView, TemplateLink
from bangban.registry.catalog.wording import audience_text, copies_text, limit_text

Ref = UUID | str


def item(ref: Ref, revision: int | None = None) -> ItemDetail | None:
    """Return an item by id, number or code, in its current version or the named one; None when there is none.

    Suspended and withdrawn items are returned too (old applications show them): `state` tells. Three queries.
    """
    version = _version(ref, revision)
    if version is None:
        return None
    rows = list(version.materials.order_by("position"))
    return _detail(version, rows, _links(rows))


def item_id_of(ref: Ref) -> UUID | None:
    """Return the id of a published item by id, number, code or the id it had in its source."""
    known = by_ref(ref) | Q(external_id=str(ref))
    return Item.objects.filter(known, state="published").order_by("id").values_list("id", flat=True).first()


def version_of(ref: Ref) -> tuple[UUID, int] | None:
    """Return id and current revision of a published item, as a case keeps them."""
    found = Item.objects.filter(by_ref(ref), state="published").values_list("id", "revision").first()
    return (found[0], found[1]) if found and found[1] is not None else None


def versions_of(refs: Collection[str]) -> dict[str, tuple[UUID, int | None]]:
    """Return id and revision of published items by code, number or the id in their source. One query."""
    known = Q(code__in=refs) | Q(number__in=refs) | Q(external_id__in=refs)
    rows = Item.objects.filter(known, state="published").order_by("-id") if refs else Item.objects.none()
    found: dict[str, tuple[UUID, int | None]] = {}
    for item_id, revision, *names in rows.values_list("id", "revision", "external_id", "number", "code"):
        found |= {name: (item_id, revision) for name in names if name in refs}
    return found


def by_ref(ref: Ref) -> Q:
    """Return the condition that finds an item by id, number or code."""
    if isinstance(ref, UUID):
        return Q(id=ref)
    try:
        return Q(id=UUID(ref))
    except ValueError:
        return Q(number=ref) | Q(code=ref)


def _version(ref: Ref, revision: int | None) -> ItemVersion | None:
    which = Q(standing=Standing.CURRENT) if revision is None else Q(revision=revision) & Q(reviewed_at__isnull=False)
    items = Item.objects.filter(by_ref(ref)).values("id")
    return ItemVersion.objects.filter(which, item__in=items).select_related("item").first()


def _links(rows: Iterable[Material]) -> dict[str, TemplateLink]:
    keys = {key for row in rows for key in (row.blank_form, row.sample_form) if key}
    found = FormTemplate.objects.filter(key__in=keys, superseded_at=None).defer("content") if keys else []
    return {template.key: template_link(template) for template in found}


def template_link(row: FormTemplate) -> TemplateLink:
    """Return what a page needs to offer a form."""
    return TemplateLink(row.key, row.title, row.kind, row.revision, row.file_name, row.size)


def _detail(version: ItemVersion, rows: Sequence[Material], links: dict[str, TemplateLink]) -> ItemDetail:
    guide = guide_of(version, rows)
    owner = version.item
    return ItemDetail(
        id=owner.id,
        number=owner.number,
        code=owner.code,
        state=owner.state,
        state_label=ITEM_STATES[owner.state],
        department_id=version.department_id,
        revision=version.revision,
        in_effect=version.standing == Standing.CURRENT,
        guide=guide,
        materials=tuple(_material(row, guide.materials[place], links) for place, row in enumerate(rows)),
        statutory_limit=limit_text(version.statutory_amount, version.statutory_unit),
        promised_limit=limit_text(version.promised_amount, version.promised_unit),
        audience_text=audience_text(version.audience),
        item_type_label=type_label(version.item_type),
        modes=tuple(mode.value for mode in terms.ServiceMode if getattr(version, mode.value)),
        gaps=tuple(version.gaps),
        effective_from=version.effective_from,
        author_name=version.author_name,
        reviewer_name=version.reviewer_name,
        source=owner.source,
        external_id=owner.external_id,
    )


def _material(row: Material, line: object, links: dict[str, TemplateLink]) -> MaterialView:
    return MaterialView(
        position=row.position,
        line=line,  # type: ignore[arg-type]
        copies=copies_text(row.kind, row.form, row.originals, row.copies),
        necessity=terms.Necessity(row.necessity).label if row.necessity else "",
        source=terms.MaterialSource(row.source).label if row.source else "",
        blank=links.get(row.blank_form),
        sample=links.get(row.sample_form),
    )


def type_label(item_type: str) -> str:
    """Return a kind of item in words; empty when it is not known."""
    return terms.ItemType(item_type).label if item_type else ""


CARD_FIELDS = (
    "item__number", "item__code", "name", "situation", "department_id", "department_name", "region", "region_name",
    "item_class", "item_type", "audience", "themes", "promised_amount", "promised_unit", "visits", "online_filing",
    "online_booking", "application_started", "revision", "effective_from",
)  # fmt: skip


def card_of(version: ItemVersion) -> ItemCard:
    """Return a listed version as a card; its item must be selected with it."""
    return ItemCard(
        id=version.item_id,
        number=version.item.number,
        code=version.item.code,
        name=version.name,
        situation=version.situation,
        department_id=version.department_id,
        department=version.department_name,
        region=version.region,
        region_name=version.region_name,
        item_class=version.item_class,
        item_type=version.item_type,
        item_type_label=type_label(version.item_type),
        audience=tuple(version.audience),
        themes=tuple(version.themes),
        limit=limit_text(version.promised_amount, version.promised_unit),
        visits=version.visits,
        online_filing=bool(version.online_filing),
        online_booking=bool(version.online_booking),
        application_started=version.application_started,
        revision=version.revision,
        effective_from=version.effective_from,  # type: ignore[arg-type]
    )
