"""The personal list: which materials apply, in what form, who brings them (T637-8.3.2-b, F2.29, F2.30)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bangban.foundation.privacy.crypto import digest
from bangban.registry.catalog.guide import Guide
from bangban.registry.catalog.rules import side_of
from bangban.registry.catalog.terms import MaterialForm, MaterialSource, Necessity
from bangban.registry.catalog.views import MaterialView
from bangban.services.guidance.rules.situations import AGENT_NAMES, BY, Answers, branch_of
from bangban.services.guidance.terms import Delivery

AGENT_BASIS = "委托他人办理时需要（《中华人民共和国民法典》第一百六十五条）"
AGENT_LINES = ("授权委托书", "代理人身份证件")


@dataclass(frozen=True, slots=True)
class NeedLine:
    """One material of a personal list."""

    key: str
    name: str
    required: bool
    necessity: str
    delivery: Delivery
    copies: str = ""
    note: str = ""
    blank: tuple[str, int] | None = None
    sample: tuple[str, int] | None = None


def personal_list(guide: Guide, materials: Sequence[MaterialView], answers: Answers) -> tuple[NeedLine, ...]:
    """Return what the answers call for, in the order of the guide; what data sharing delivers is listed as exempt."""
    sides = side_of(guide.audience)
    chosen = [view for view in materials if branch_of(view.line, sides).holds(answers)]
    lines = [_line(view) for view in chosen]
    if answers.get(BY.code) == "agent" and not any(AGENT_NAMES.search(view.line.name) for view in chosen):
        lines += [NeedLine(key_of(name), name, True, "", Delivery.BRING, note=AGENT_BASIS) for name in AGENT_LINES]
    return tuple(_distinct(lines))


def _line(view: MaterialView) -> NeedLine:
    line = view.line
    return NeedLine(
        key=key_of(line.name + line.situation),
        name=line.name,
        required=line.necessity not in (Necessity.OPTIONAL, Necessity.DEFERRABLE),
        necessity=view.necessity,
        delivery=_delivery(view),
        copies=view.copies,
        note=_note(view),
        blank=(view.blank.key, view.blank.revision) if view.blank else None,
        sample=(view.sample.key, view.sample.revision) if view.sample else None,
    )


def _delivery(view: MaterialView) -> Delivery:
    line = view.line
    if line.source == MaterialSource.SHARED_DATA:
        return Delivery.EXEMPT
    electronic = line.form in (MaterialForm.ELECTRONIC, MaterialForm.BOTH)
    return Delivery.FETCH if line.source == MaterialSource.GOVERNMENT and electronic else Delivery.BRING


def _note(view: MaterialView) -> str:
    line = view.line
    said = [
        line.specification,
        f"由{line.issuer}出具" if line.issuer else "",
        f"需{line.signed_by}签字" if line.signed_by else "",
        line.acceptance_criteria,
        line.filling_notes,
    ]
    return "；".join(note.rstrip("。；") for note in said if note)


def key_of(text: str) -> str:
    """Return the name of a material line that stays the same over versions of a list."""
    return f"m{digest(text.encode()).hex()[:12]}"


def _distinct(lines: list[NeedLine]) -> list[NeedLine]:
    """Keep the first of lines that a guide names twice."""
    return list({line.key: line for line in reversed(lines)}.values())[::-1]
