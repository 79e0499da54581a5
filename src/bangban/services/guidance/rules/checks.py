"""The automatic part of the two checks; a specialist confirms or overrides each line (T637-8.3.3-a, -b)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bangban.services.guidance.rules.schema import FormField, Schema
from bangban.services.guidance.rules.values import Values, as_date, check_value, in_words
from bangban.services.guidance.terms import Delivery, Verdict

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
SCANS = PICTURES | {"application/pdf"}
SMALLEST_PICTURE = 8 * 1024
SCANNED = ("证", "照", "簿", "证明", "合同", "照片")
WRITTEN_ON_FORM = ("申请表", "申请书", "申请报告", "登记表", "备案表", "承诺书", "声明", "简历", "说明")


@dataclass(frozen=True, slots=True)
class Brought:
    """One material as it lies before the checker; `size` in bytes, 0 without a file."""

    key: str
    name: str
    required: bool
    delivery: Delivery
    ready: bool
    media_type: str = ""
    size: int = 0
    until: str = ""
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a check as the rules see it."""

    code: str
    label: str
    verdict: Verdict
    sentence: str
    found: str = ""
    expected: str = ""
    seen: str = ""


def check_documents(brought: Sequence[Brought], today: date) -> list[Line]:
    """Return one line for each required document of the personal list (要件核对)."""
    return [_document(one, today) for one in brought]


def _document(one: Brought, today: date) -> Line:
    def line(verdict: Verdict, sentence: str, found: str = "", expected: str = "") -> Line:
        return Line(one.key, one.name, verdict, sentence, found, expected, one.seen)

    ends = as_date(one.until)
    if one.delivery == Delivery.EXEMPT:
        return line(Verdict.EXEMPT, "由部门共享获取，无需申请人提交。")
    if ends and ends < today:
        return line(
            Verdict.EXPIRED,
            f"有效期至{ends:%Y年%m月%d日}，已过期，请换领后再提交。",
            one.until,
            f"{today.isoformat()}以后",
        )
    if one.size:
        return _file(one, line)
    if one.delivery == Delivery.FETCH:
        return line(Verdict.OK, "可调取电子证照，请核对证照信息。")
    if one.ready:
        return line(Verdict.OK, "申请人已确认备好，未上传，请核实。")
    if not one.required:
        return line(Verdict.OK, "非必要材料，未提供。")
    return line(Verdict.MISSING, f"还缺“{one.name}”，请补充。")


def _file(one: Brought, line: object) -> Line:
    assert callable(line)
    scanned = any(word in one.name for word in SCANNED) and not any(word in one.name for word in WRITTEN_ON_FORM)
    if scanned and one.media_type not in SCANS:
        return line(Verdict.WRONG_TYPE, "应上传原件的照片或扫描件（图片或PDF）。")  # type: ignore[no-any-return]
    if one.media_type in PICTURES and one.size < SMALLEST_PICTURE:
        return line(Verdict.UNREADABLE, "图片太小，可能无法辨认，请重新拍摄。")  # type: ignore[no-any-return]
    return line(Verdict.OK, "已上传，请核对内容。")  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the person from elsewhere, to compare the form with; empty means not known."""

    contact_name: str = ""
    registered_name: str = ""
    registered_id: str = ""


def check_elements(schema: Schema, values: Values, versions: Mapping[str, int], known: Known) -> list[Line]:
    """Return one line for each field of the form (要素校勘)."""
    return [_element(field, schema, values, str(versions.get(field.code, 0)), known) for field in schema]


def _element(field: FormField, schema: Schema, values: Values, seen: str, known: Known) -> Line:
    value = values.get(field.code, "")
    said = in_words(field, value)
    if not value:
        verdict = Verdict.EMPTY if field.required else Verdict.OK
        return Line(
            field.code,
            field.label,
            verdict,
            f"请填写“{field.label}”。" if field.required else "选填，未填写。",
            seen=seen,
        )
    if wrong := check_value(field, value):
        return Line(field.code, field.label, Verdict.WRONG, wrong, said, seen=seen)
    if (field.right and value != field.right) or (field.role == "any" and value == "none"):
        sentence = "申请人自认不符合这项受理条件，请核实。"
        return Line(field.code, field.label, Verdict.UNMET, sentence, said, in_words(field, field.right), seen)
    for sentence, expected in _compared(field, schema, values, known):
        if expected and not same_words(value, expected):
            return Line(field.code, field.label, Verdict.MISMATCH, sentence, said, expected, seen)
    return Line(field.code, field.label, Verdict.OK, "", said, seen=seen)


def _compared(field: FormField, schema: Schema, values: Values, known: Known) -> Iterable[tuple[str, str]]:
    """Return what a value has to agree with, each with the sentence for when it does not."""
    if field.role == "applicant":
        yield "与账户登记的姓名或名称不一致。", known.registered_name
        if field.code == "name" and not values.get("agent_name"):
            yield "与咨询时留下的姓名不一致。", known.contact_name
    if field.role == "holder":
        applicant = next((values.get(one.code, "") for one in schema if one.role == "applicant"), "")
        yield "证照上的姓名或名称与申请人不一致。", applicant
    if field.code == "id_number":
        yield "与账户登记的证件号码不一致。", known.registered_id


def same_words(one: str, other: str) -> bool:
    """Tell whether two texts say the same, whatever their width, case and blanks."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "").replace("·", "").upper()


@dataclass(frozen=True, slots=True)
class Judged:
    """One line after the specialist's word."""

    code: str
    seen: str
    passed: bool
    verdict: Verdict


def late_defects(before: Sequence[Judged], after: Sequence[Judged]) -> frozenset[str]:
    """Return codes of defects that were there before and were not named: a second list may not (T637-8.3.3-d).

    What ran out of date in between, or was changed by the applicant, is new.
    """
    passed = {one.code: one.seen for one in before if one.passed}
    return frozenset(
        one.code
        for one in after
        if not one.passed and one.verdict != Verdict.EXPIRED and passed.get(one.code) == one.seen
    )
