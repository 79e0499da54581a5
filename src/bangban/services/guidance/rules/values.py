"""Whether a value can stand in its field: format, check digit, choice, date (T637-8.3.3-b)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date

from bangban.registry.people.rules import CREDIT_CODE, ID_CARD, check_name, check_number
from bangban.services.cases.rules import check_phone
from bangban.services.guidance.rules.schema import FormField, Kind, Schema

Values = Mapping[str, str]
NUMBERS = (Kind.ID_NUMBER, Kind.CREDIT_CODE, Kind.PHONE, Kind.DATE)
HALF_WIDTH = {letter + shift: chr(letter).upper() for letter in range(0x21, 0x7F) for shift in (0, 0xFEE0)}


def clean(field: FormField, value: str) -> str:
    """Return a value as it is kept: no control characters, numbers without blanks and in half width."""
    text = "".join(
        letter for letter in value if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs")
    ).strip()
    if field.kind in NUMBERS:
        return "".join(text.translate(HALF_WIDTH).split())
    return text if field.kind is Kind.LONG else " ".join(text.split())


def check_length(field: FormField, value: str) -> str:
    """Return a sentence when a value is too long to be kept."""
    return "" if len(value) <= field.limit else f"“{field.label}”共{len(value)}字，最多{field.limit}字，请精简。"


def check_value(field: FormField, value: str) -> str:
    """Return a sentence when a value is wrong; an empty value is not wrong, only missing."""
    if not value:
        return ""
    if field.kind is Kind.ID_NUMBER:
        return check_number(ID_CARD, value)
    if field.kind is Kind.CREDIT_CODE:
        return check_number(CREDIT_CODE, value)
    if field.kind is Kind.PHONE:
        return check_phone(value)
    if field.kind is Kind.NAME:
        return check_name(value)
    if field.kind is Kind.DATE:
        return "" if as_date(value) else "请按“2026-01-31”的格式填写日期。"
    if field.kind is Kind.CHOICE:
        return "" if value in {code for code, _ in field.options} else "请选择其中一项。"
    return ""


def as_date(value: str) -> date | None:
    """Return the date that a text says; None when it says none."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def in_words(field: FormField, value: str) -> str:
    """Return a value as people read it: the words of a choice."""
    return dict(field.options).get(value, value)


def missing_fields(schema: Schema, values: Values) -> tuple[FormField, ...]:
    """Return the required fields without a value."""
    return tuple(field for field in schema if field.required and not values.get(field.code, ""))


def problems_of(schema: Schema, values: Values) -> dict[str, str]:
    """Return everything that stops the form from being complete and well-formed, by field, all at once."""
    found = {field.code: f"请填写“{field.label}”。" for field in missing_fields(schema, values)}
    for field in schema:
        if sentence := check_value(field, values.get(field.code, "")):
            found[field.code] = sentence
    return found
