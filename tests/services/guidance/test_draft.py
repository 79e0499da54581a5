"""The draft form: what is known is filled in, both see it, nothing typed is ever lost, only the person submits."""

from __future__ import annotations

import pytest

from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.registry.catalog.models.items import Item
from bangban.services.cases.models import Case
from bangban.services.guidance import actions
from bangban.services.guidance.models import DraftField, FieldChange, Suggestion
from bangban.services.guidance.reads import guidance_view
from bangban.services.guidance.views import FieldView, FormView
from tests.cast import Cast
from tests.registry.factories import member
from tests.services.cases.steps import consulting
from tests.services.guidance.steps import ID_NUMBER, answered, filled, guided, other_citizen, submitted

SCRIPT = "<script>alert(1)</script>'\"\x00"


@pytest.fixture
def begun(city: Cast, rich: Item) -> tuple[str, object]:
    number, citizen = guided(city, rich)
    answered(number, citizen)
    actions.start_form(citizen, number)
    return number, citizen


def form(actor: object, number: str) -> FormView:
    found = guidance_view(actor, number).form  # type: ignore[arg-type]
    assert found is not None
    return found


def field(actor: object, number: str, code: str) -> FieldView:
    found = form(actor, number).field(code)
    assert found is not None
    return found


@pytest.mark.clause("T637-6.2.3-d")
def test_the_form_begins_with_what_was_given_in_consultation(begun: tuple[str, object]) -> None:
    number, citizen = begun
    name, phone, request = (field(citizen, number, code) for code in ("name", "phone", "request"))
    assert (name.value, phone.value, request.value) == ("张三", "13900000001", "失业了怎么领失业金")
    assert {name.filled_by, phone.filled_by, request.filled_by} == {"prefilled"}
    assert name.source == "您咨询时留下的信息"


@pytest.mark.clause("T637-8.3.2-c")
def test_the_history_shows_who_filled_each_field(city: Cast, begun: tuple[str, object]) -> None:
    number, citizen = begun
    actions.save_field(citizen, number, "address", "测试路2号", 0)
    made = actions.suggest_value(city.specialist, number, "address", "广州市越秀区测试路2号", "要写到区")
    actions.answer_suggestion(citizen, number, made.id, True)
    changes = [
        (change.old, change.new, change.filled_by_label, change.source) for change in form(citizen, number).changes
    ]
    assert changes[0] == ("测试路2号", "广州市越秀区测试路2号", "专员建议，您已采纳", "陈专员")
    assert changes[1] == ("", "测试路2号", "您填写", "")


@pytest.mark.clause("T637-8.3.2-c")
def test_a_specialist_can_neither_fill_in_nor_submit_nor_decide(city: Cast, begun: tuple[str, object]) -> None:
    number, _ = begun
    made = actions.suggest_value(city.specialist, number, "address", "某路")
    for act in (
        lambda: actions.save_field(city.specialist, number, "address", "某路", 0),
        lambda: actions.submit_draft(city.specialist, number),
        lambda: actions.answer_suggestion(city.specialist, number, made.id, True),
    ):
        with pytest.raises((NotAllowed, NotYours)):
            act()
    assert not DraftField.objects.filter(code="address").exists()


def test_a_declined_suggestion_changes_nothing_and_cannot_be_accepted_later(
    city: Cast, begun: tuple[str, object]
) -> None:
    number, citizen = begun
    made = actions.suggest_value(city.specialist, number, "name", "张叁")
    actions.answer_suggestion(citizen, number, made.id, False)
    assert field(citizen, number, "name").value == "张三"
    with pytest.raises(NotAllowed):
        actions.answer_suggestion(citizen, number, made.id, True)


def test_a_newer_suggestion_replaces_the_open_one(city: Cast, begun: tuple[str, object]) -> None:
    number, citizen = begun
    actions.suggest_value(city.specialist, number, "name", "张叁")
    actions.suggest_value(city.specialist, number, "name", "张伞")
    assert [one.value for one in field(citizen, number, "name").suggestions] == ["张伞"]
    with pytest.raises(Incomplete):
        actions.suggest_value(city.specialist, number, "id_number", "123")


@pytest.mark.clause("T637-8.3.2-c")
def test_two_tabs_that_edit_one_field_lose_nothing(begun: tuple[str, object]) -> None:
    number, citizen = begun
    first = actions.save_field(citizen, number, "address", "甲路1号", 0)
    second = actions.save_field(citizen, number, "address", "乙路2号", 0)
    again = actions.save_field(citizen, number, "address", "乙路2号", 0)
    assert (first.state, second.state, again.state) == ("saved", "conflict", "conflict")
    shown = field(citizen, number, "address")
    assert (shown.value, [one.value for one in shown.suggestions]) == ("甲路1号", ["乙路2号"])
    actions.answer_suggestion(citizen, number, shown.suggestions[0].id, True)
    settled = field(citizen, number, "address")
    assert (settled.value, settled.filled_by, settled.suggestions) == ("乙路2号", "user", ())
    assert list(FieldChange.objects.filter(code="address").order_by("version").values_list("version", flat=True)) == [
        1,
        2,
    ]


def test_a_page_left_open_does_not_turn_untouched_fields_into_edits(begun: tuple[str, object]) -> None:
    number, citizen = begun
    old = field(citizen, number, "name")
    actions.save_field(citizen, number, "name", "张三丰", old.version)
    saved = actions.save_fields(citizen, number, {"name": (old.value, old.version), "address": ("甲路", 0)})
    assert [one.state for one in saved] == ["same", "saved"]
    assert field(citizen, number, "name").value == "张三丰"


def test_saving_the_same_value_again_writes_nothing(begun: tuple[str, object]) -> None:
    number, citizen = begun
    before = Event.objects.filter(number=number).count()
    assert actions.save_field(citizen, number, "name", " 张三 ", 0).state == "same"
    assert Event.objects.filter(number=number).count() == before


def test_a_wrong_value_is_kept_and_shown_as_wrong(begun: tuple[str, object]) -> None:
    number, citizen = begun
    actions.save_field(citizen, number, "id_number", "110105194912310021", 0)
    shown = field(citizen, number, "id_number")
    assert shown.value == "110105194912310021"
    assert "有误" in shown.problem


@pytest.mark.clause("T637-5-g")
def test_values_lie_sealed_and_staff_see_personal_numbers_masked(city: Cast, begun: tuple[str, object]) -> None:
    from django.db import connection

    number, citizen = begun
    actions.save_field(citizen, number, "id_number", ID_NUMBER, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM guidance_draftfield UNION ALL SELECT new FROM guidance_fieldchange")
        stored = b"".join(bytes(row[0]) for row in cursor.fetchall())
    assert ID_NUMBER.encode() not in stored and "张三".encode() not in stored
    seen = field(city.specialist, number, "id_number")
    assert (seen.value, seen.words) == ("", "110***********002X")
    assert ID_NUMBER not in str(form(city.specialist, number))
    assert not any(ID_NUMBER in str(event.data) for event in Event.objects.filter(number=number))


def test_a_full_number_is_shown_for_a_reason_that_is_written_down(city: Cast, begun: tuple[str, object]) -> None:
    from bangban.foundation.access.reveals import access_history

    number, citizen = begun
    actions.save_field(citizen, number, "id_number", ID_NUMBER, 0)
    with pytest.raises(Incomplete):
        actions.reveal_field(city.specialist, number, "id_number", "")
    assert actions.reveal_field(city.specialist, number, "id_number", "核对证件号码") == ID_NUMBER
    assert [look.reason for look in access_history([f"case:{number}"])] == ["核对证件号码"]
    with pytest.raises(NotYours):
        actions.reveal_field(city.second_specialist, number, "id_number", "核对证件号码")


def test_markup_in_any_field_is_kept_as_words(city: Cast, begun: tuple[str, object]) -> None:
    number, citizen = begun
    for section in form(citizen, number).sections:
        for one in section.fields:
            value = SCRIPT[: one.limit]
            actions.save_field(citizen, number, one.code, value, one.version)
            shown = field(citizen, number, one.code)
            assert "\0" not in shown.value and shown.value
    actions.suggest_value(city.specialist, number, "request", "<img src=x>", SCRIPT)


def test_too_long_and_unknown_fields_are_refused_together(begun: tuple[str, object]) -> None:
    number, citizen = begun
    with pytest.raises(Incomplete) as refused:
        actions.save_fields(citizen, number, {"name": ("张" * 101, 1), "nothing": ("x", 0), "address": ("甲路", 0)})
    assert set(refused.value.details["fields"]) == {"name", "nothing"}


@pytest.mark.clause("T637-8.3.2-c")
def test_submitting_names_everything_that_is_open_at_once(city: Cast, begun: tuple[str, object]) -> None:
    number, citizen = begun
    with pytest.raises(Incomplete) as refused:
        actions.submit_draft(citizen, number)
    assert {"id_number", "address", "condition_1", "condition_2"} <= set(refused.value.details["fields"])
    made = actions.suggest_value(city.specialist, number, "address", "某路")
    filled(number, citizen)
    with pytest.raises(NotAllowed, match="建议"):
        actions.submit_draft(citizen, number)
    actions.answer_suggestion(citizen, number, made.id, False)
    assert actions.submit_draft(citizen, number).submissions == 1


def test_a_submitted_draft_stands_still(city: Cast, rich: Item) -> None:
    number, citizen = submitted(city, rich)
    with pytest.raises(NotAllowed):
        actions.save_field(citizen, number, "name", "李四", 1)
    with pytest.raises(NotAllowed):
        actions.suggest_value(city.specialist, number, "name", "李四")
    with pytest.raises(NotAllowed):
        actions.submit_draft(citizen, number)


def test_new_answers_change_what_the_form_asks_and_keep_what_was_said(begun: tuple[str, object]) -> None:
    number, citizen = begun
    actions.save_field(citizen, number, "address", "甲路1号", 0)
    answered(number, citizen, by="agent")  # type: ignore[arg-type]
    assert field(citizen, number, "agent_name").value == ""
    answered(number, citizen)  # type: ignore[arg-type]
    assert form(citizen, number).field("agent_name") is None
    assert field(citizen, number, "address").value == "甲路1号"


def test_an_item_may_have_a_form_of_its_own(city: Cast, rich: Item) -> None:
    editor = member("formeditor", "表编辑", "rsj", "catalog_editor")
    actions.set_item_form(
        editor, rich.code, [{"code": "bank", "label": "银行卡号", "section": "申请事项"}], ["address"]
    )
    with pytest.raises(Incomplete):
        actions.set_item_form(editor, rich.code, [{"label": "x"}])
    with pytest.raises((NotAllowed, NotYours)):
        actions.set_item_form(city.specialist, rich.code, [])
    number, citizen = guided(city, rich)
    actions.start_form(citizen, number)
    found = form(citizen, number)
    assert found.field("bank") is not None
    assert found.field("address") is None


def test_strangers_find_nothing_and_the_wrong_stage_is_refused(
    city: Cast, rich: Item, begun: tuple[str, object]
) -> None:
    number, citizen = begun
    for stranger in (other_citizen(citizen), city.stranger):  # type: ignore[arg-type]
        with pytest.raises(NotYours):
            guidance_view(stranger, number)
        with pytest.raises((NotYours, NotAllowed)):
            actions.save_field(stranger, number, "name", "x", 1)
    Case.objects.filter(number=number).update(state="consult")
    for act in (
        lambda: actions.save_field(citizen, number, "name", "李四", 1),  # type: ignore[arg-type]
        lambda: actions.suggest_value(city.specialist, number, "name", "李四"),
        lambda: actions.submit_draft(citizen, number),  # type: ignore[arg-type]
        lambda: answered(number, citizen),  # type: ignore[arg-type]
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.clause("T637-4-e")
def test_guidance_leaves_entry_list_and_form_on_the_case(city: Cast, rich: Item) -> None:
    number, citizen = consulting(city, rich)
    assert not guidance_view(citizen, number).begun
    from bangban.services.cases import actions as cases

    cases.propose_stage(city.specialist, number)
    cases.answer_consent(citizen, number, True)
    actions.send_entry(city.specialist, number)
    answered(number, citizen)
    actions.start_form(citizen, number)
    view = guidance_view(city.specialist, number)
    assert view.stage == "guide"
    assert view.entry and view.materials and view.form
    assert [step.text for step in view.history] == ["发送了申请入口", "形成个人材料清单（第1版）", "开始填写申请草稿"]


def test_events_of_the_case_tell_both_sides_which_field_has_which_version(begun: tuple[str, object]) -> None:
    number, citizen = begun
    actions.save_field(citizen, number, "address", "甲路", 0)  # type: ignore[arg-type]
    event = Event.objects.filter(number=number).latest("position")
    assert (event.kind, event.data["step"], event.data["fields"]) == ("case.by_user", "field_saved", {"address": 1})
    assert f"case:{number}" in event.topics
    assert not Suggestion.objects.exists()
