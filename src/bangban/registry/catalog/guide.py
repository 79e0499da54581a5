"""The content of a guide 办事指南 as one value: what an editor writes, a file brings, a version keeps."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import msgspec

from bangban.foundation.clocks.models import Unit
from bangban.foundation.privacy.crypto import digest
from bangban.registry.catalog import terms


@dataclass(frozen=True, kw_only=True, slots=True)
class MaterialLine:
    """One material 申请材料; `situation` limits it to a branch, `signed_by` names who must sign (DB23-A.2.4)."""

    name: str
    kind: terms.MaterialKind | None = None
    form: terms.MaterialForm | None = None
    originals: int | None = None
    copies: int | None = None
    specification: str = ""
    necessity: terms.Necessity | None = None
    source: terms.MaterialSource | None = None
    source_note: str = ""
    issuer: str = ""
    acceptance_criteria: str = ""
    filling_notes: str = ""
    basis: str = ""
    situation: str = ""
    signed_by: str = ""
    blank_form: str = ""
    sample_form: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of the procedure 办理流程, with its limit in plain words."""

    name: str
    detail: str = ""
    limit: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fee:
    """One fee 收费项目 (F2.19)."""

    name: str
    standard: str = ""
    basis: str = ""
    reducible: bool = False
    reduction_basis: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Basis:
    """One legal basis 设定依据."""

    title: str
    article: str = ""
    text: str = ""
    url: str = ""
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Guide:
    """A whole guide. None means "not said", never "no"; limits are pairs of amount and unit (F2.14)."""

    name: str
    department_name: str
    main_item: str = ""
    situation: str = ""
    aliases: tuple[str, ...] = ()
    item_class: terms.ItemClass = terms.ItemClass.GOVERNMENT
    quasi_class: terms.QuasiClass | None = None
    provider_kind: terms.ProviderKind = terms.ProviderKind.GOVERNMENT
    item_type: terms.ItemType | None = None
    audience: tuple[terms.Audience, ...] = ()
    implementing_body: str = ""
    region: str = ""
    region_name: str = ""
    level: terms.Level | None = None
    themes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    conditions: str = ""
    no_materials: bool = False
    materials: tuple[MaterialLine, ...] = ()
    steps: tuple[Step, ...] = ()
    handling_type: terms.HandlingType | None = None
    statutory_amount: int | None = None
    statutory_unit: Unit | None = None
    promised_amount: int | None = None
    promised_unit: Unit | None = None
    charged: bool | None = None
    fees: tuple[Fee, ...] = ()
    legal_basis: tuple[Basis, ...] = ()
    result_name: str = ""
    place: str = ""
    office_hours: str = ""
    phone: str = ""
    complaint_phone: str = ""
    visits: int | None = None
    visit_reason: str = ""
    online_depth: terms.OnlineDepth | None = None
    url: str = ""
    online_booking: bool | None = None
    online_filing: bool | None = None
    online_payment: bool | None = None
    courier: bool | None = None
    door_to_door: bool = False
    appointment: bool = False
    self_service: bool = False
    agency: bool = False
    city_wide: bool = False
    required_identity_level: int = 0
    application_started: bool = True
    commitment_based: bool = False
    residency: terms.Residency | None = None
    residency_approval: str = ""
    residency_reason: str = ""
    residency_review_on: date | None = None


STRUCTURED = {"steps": tuple[Step, ...], "fees": tuple[Fee, ...], "legal_basis": tuple[Basis, ...]}
OPTIONAL_TERMS = {
    "quasi_class": terms.QuasiClass,
    "item_type": terms.ItemType,
    "level": terms.Level,
    "handling_type": terms.HandlingType,
    "statutory_unit": Unit,
    "promised_unit": Unit,
    "online_depth": terms.OnlineDepth,
    "residency": terms.Residency,
}
MATERIAL_TERMS = {
    "kind": terms.MaterialKind,
    "form": terms.MaterialForm,
    "necessity": terms.Necessity,
    "source": terms.MaterialSource,
}
MATERIAL_FIELDS = tuple(field.name for field in fields(MaterialLine))
VERSION_FIELDS = tuple(field.name for field in fields(Guide) if field.name != "materials")
_encoder = msgspec.json.Encoder(order="deterministic")


def guide_from(data: Any) -> Guide:
    """Check a plain structure (form, API body) and return the guide; msgspec.ValidationError names the wrong field."""
    return msgspec.convert(data, Guide)


def guide_digest(guide: Guide) -> bytes:
    """Return SM3 over the whole content: equal digests mean nothing changed."""
    return digest(_encoder.encode(guide))


def columns_of(guide: Guide) -> dict[str, Any]:
    """Return the guide as columns of a version row, without its materials."""
    columns: dict[str, Any] = {}
    for name in VERSION_FIELDS:
        value = getattr(guide, name)
        if name in STRUCTURED:
            value = msgspec.to_builtins(value)
        elif name in OPTIONAL_TERMS:
            value = value or ""
        elif isinstance(value, tuple):
            value = list(value)
        columns[name] = value
    return columns


def material_columns(line: MaterialLine) -> dict[str, Any]:
    """Return one material as columns of its row."""
    return {
        name: (getattr(line, name) or "") if name in MATERIAL_TERMS else getattr(line, name) for name in MATERIAL_FIELDS
    }


def guide_of(version: Any, materials: Any) -> Guide:
    """Return what a stored version says; `materials` are its rows in order."""
    values: dict[str, Any] = {}
    for name in VERSION_FIELDS:
        value = getattr(version, name)
        if name in STRUCTURED:
            value = msgspec.convert(value, STRUCTURED[name])
        elif name in OPTIONAL_TERMS:
            value = OPTIONAL_TERMS[name](value) if value else None
        elif isinstance(value, list):
            value = tuple(terms.Audience(one) for one in value) if name == "audience" else tuple(value)
        values[name] = value
    values["item_class"] = terms.ItemClass(values["item_class"])
    values["provider_kind"] = terms.ProviderKind(values["provider_kind"])
    return Guide(**values, materials=tuple(_line_of(row) for row in materials))


def _line_of(row: Any) -> MaterialLine:
    values = {name: getattr(row, name) for name in MATERIAL_FIELDS}
    for name, term in MATERIAL_TERMS.items():
        values[name] = term(values[name]) if values[name] else None
    return MaterialLine(**values)
