"""Lint of guides: vague words, contradictions, gaps (F2.05, F2.16, F2.21, F2.22)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangban.foundation.clocks.models import Unit
from bangban.registry.catalog import terms
from bangban.registry.catalog.guide import Basis, Fee, Guide, MaterialLine, guide_digest, guide_from
from bangban.registry.catalog.rules import blocking_gaps, covers, differences, findings_of, gaps_of, side_of
from bangban.registry.catalog.wording import limit_text
from tests.registry.factories import GUIDE, guide


def codes(subject: Guide) -> set[str]:
    return {finding.code for finding in findings_of(subject)}


def test_a_complete_guide_has_nothing_to_complain_about() -> None:
    assert findings_of(GUIDE) == []
    assert gaps_of(GUIDE) == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"materials": (MaterialLine(name="其他材料"),)}, "vague_material"),
        ({"materials": (MaterialLine(name="法律规定的相关证明"),)}, "vague_material"),
        ({"conditions": "符合其他条件的"}, "vague_condition"),
        ({"promised_amount": 15}, "promise_beyond_law"),
        ({"statutory_amount": 10, "statutory_unit": Unit.CALENDAR_DAY, "promised_amount": 8}, "promise_beyond_law"),
        ({"promised_unit": None}, "limit_without_unit"),
        ({"statutory_amount": None}, "limit_without_unit"),
        ({"promised_amount": None, "promised_unit": None}, "promise_missing"),
        ({"handling_type": terms.HandlingType.INSTANT}, "instant_too_long"),
        ({"visits": 1, "online_depth": terms.OnlineDepth.INTAKE}, "visit_without_reason"),
        ({"online_depth": None, "online_filing": False}, "no_way_in"),
        ({"visits": 2, "visit_reason": "核验原件"}, "online_with_visits"),
        ({"url": ""}, "filing_without_address"),
        ({"charged": True, "online_payment": True}, "fee_missing"),
        ({"charged": True, "online_payment": True, "fees": (Fee(name="工本费"),)}, "fee_incomplete"),
        ({"charged": True, "fees": (Fee(name="工本费", standard="10元", basis="目录"),)}, "payment_unknown"),
        ({"fees": (Fee(name="工本费", standard="10元", basis="目录"),)}, "fee_of_free_item"),
        ({"item_class": terms.ItemClass.QUASI}, "quasi_class_missing"),
        ({"item_type": None}, "type_missing"),
        ({"item_type": terms.ItemType.PENALTY}, "not_on_application"),
        ({"no_materials": True}, "materials_of_none"),
        ({"residency": terms.Residency.EXCEPTION, "residency_approval": "市政府批复"}, "exception_unapproved"),
    ],
)
def test_each_contradiction_is_found(changes: dict[str, Any], code: str) -> None:
    assert code in codes(guide(**changes))


@pytest.mark.parametrize(
    ("changes", "gap"),
    [
        ({"legal_basis": ()}, "basis_missing"),
        ({"conditions": ""}, "conditions_missing"),
        ({"materials": ()}, "materials_missing"),
        (
            {"promised_amount": None, "promised_unit": None, "statutory_amount": None, "statutory_unit": None},
            "limit_missing",
        ),
        ({"steps": ()}, "steps_missing"),
        ({"place": "", "online_depth": terms.OnlineDepth.INTAKE}, "place_missing"),
        ({"phone": ""}, "phone_missing"),
        ({"charged": None}, "fees_missing"),
    ],
)
def test_each_gap_is_named(changes: dict[str, Any], gap: str) -> None:
    assert gaps_of(guide(**changes)) == (gap,)


def test_a_service_that_is_no_government_service_needs_no_legal_basis() -> None:
    assert gaps_of(guide(item_class=terms.ItemClass.QUASI, legal_basis=())) == ()


def test_an_item_that_needs_no_materials_says_so() -> None:
    assert gaps_of(guide(materials=(), no_materials=True)) == ()


def test_gaps_of_the_imported_version_do_not_stop_a_correction_but_new_ones_do() -> None:
    subject = guide(legal_basis=(), phone="")
    assert blocking_gaps(subject, ["basis_missing"]) == ("phone_missing",)


def test_sides_follow_the_audience() -> None:
    assert side_of([]) == {"person", "enterprise"}
    assert side_of(["natural_person"]) == {"person"}
    assert side_of(["social_organization_legal_person"]) == {"enterprise"}


@pytest.mark.parametrize(
    ("region", "other", "expected"),
    [
        ("440000000000", "440104000000", True),
        ("440100000000", "440104001002", True),
        ("440100000000", "440000000000", False),
        ("440104000000", "440105000000", False),
        ("440104001000", "440104001002", True),
        ("", "440104001002", False),
    ],
)
def test_a_division_covers_what_lies_below_it(region: str, other: str, expected: bool) -> None:
    assert covers(region, other) is expected


@given(st.text("0123456789", min_size=12, max_size=12))
def test_every_division_covers_itself(region: str) -> None:
    assert covers(region, region) or not region.strip("0")


def test_the_digest_tells_contents_apart_and_a_guide_survives_the_way_through_json() -> None:
    import msgspec

    again = guide_from(msgspec.json.decode(msgspec.json.encode(GUIDE)))
    assert again == GUIDE
    assert guide_digest(again) == guide_digest(GUIDE)
    assert guide_digest(guide(phone="1")) != guide_digest(GUIDE)


def test_differences_name_the_changed_fields_only() -> None:
    changed = guide(legal_basis=(Basis(title="新条例"),))
    assert set(differences(GUIDE, changed)) == {"legal_basis"}
    assert "name" in differences(None, GUIDE)


def test_limits_are_said_in_words() -> None:
    assert limit_text(20, "working_day") == "20个工作日"
    assert limit_text(0, "working_day") == "当场办结"
    assert limit_text(None, "") == ""
