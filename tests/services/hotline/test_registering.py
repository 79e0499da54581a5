"""Filling the form while the talk goes on, taking, confirming, registering."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.clocks.sweep import sweep
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.ledger.actions import make_partitions
from bangban.foundation.ledger.models import Event
from bangban.foundation.notify.models import Delivery
from bangban.services.hotline.actions import NewOrder, confirm, dispatch, open_order, refuse, register, save, take
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.reads import order_view
from bangban.services.hotline.terms import Kind
from bangban.services.hotline.words import query
from tests.hotline import MATTER, NOISE, PENSION, Hotline, opened_order, registered_order


def load(number: str) -> WorkOrder:
    return WorkOrder.objects.get(number=number)


def saves(number: str) -> int:
    return Event.objects.filter(number=number, kind="order.save").count()


def test_each_field_is_stored_by_itself_and_a_wrong_one_keeps_no_other_from_it(line: Hotline) -> None:
    number = opened_order(line)
    done = save(line.agent, number, {
        "contact_phone": "12", "region": "广州", "latitude": "95", "category": "999999", "kind": "help_request",
        "contact_name": "王五", "place": "幸福路12号", "about_unit": "77777", "about_staff_number": "9999", "colour": "red",
        "urgency": "soon", "confidential": "maybe", "title": "题" * 61, "longitude": 113.264385, "fact.site": "幸福工地",
    })  # fmt: skip
    assert set(done.problems) == {
        "contact_phone", "region", "latitude", "category", "about_unit", "about_staff_number", "colour", "urgency",
        "confidential", "title",
    }  # fmt: skip
    assert all(sentence.endswith("。") for sentence in done.problems.values())
    assert done.saved == {
        "kind": "help_request", "contact_name": "王五", "place": "幸福路12号", "longitude": "113.264385", "fact.site": "幸福工地",
    }  # fmt: skip
    order = load(number)
    assert (order.contact_name, order.longitude, order.facts) == ("王五", 113.264385, {"site": "幸福工地"})
    assert order.version == done.version == 2
    assert saves(number) == 1


def test_phones_are_stored_in_one_spelling_and_codes_in_full(line: Hotline) -> None:
    number = opened_order(line)
    done = save(line.agent, number, {"contact_phone": "+86 139-0000-0077", "region": "440104", "category": NOISE})
    assert done.saved == {"contact_phone": "13900000077", "region": "440104000000", "category": NOISE}
    staff = save(line.agent, number, {"about_staff_number": "802"})
    assert staff.saved == {"about_staff_number": "802"}
    assert load(number).about_staff_id == line.second_agent.staff_id


def test_what_is_saved_again_unchanged_leaves_no_event(line: Hotline) -> None:
    number = opened_order(line)
    save(line.agent, number, {"place": "幸福路12号"})
    done = save(line.agent, number, {"place": " 幸福路12号 "})
    assert (done.saved, saves(number), load(number).version) == ({"place": "幸福路12号"}, 1, 2)


def test_a_field_that_another_changed_meanwhile_is_shown_and_not_overwritten(line: Hotline) -> None:
    number = opened_order(line)
    save(line.second_agent, number, {"place": "幸福路21号", "confidential": "yes"})
    seen = {"place": "", "request": "", "confidential": ""}
    done = save(line.agent, number, {"place": "幸福路12号", "request": "停工", "confidential": "no"}, base=seen)
    assert done.conflicts == {"place": "幸福路21号", "confidential": "yes"}
    assert done.saved == {"request": "停工"}
    assert load(number).place == "幸福路21号"
    assert save(line.agent, number, {"place": "幸福路21号"}, base={"place": ""}).conflicts == {}


def test_the_words_of_the_matter_follow_every_save(line: Hotline) -> None:
    number = opened_order(line, text="路灯不亮")
    assert WorkOrder.objects.filter(words__contains=query("路灯")).exists()
    save(line.agent, number, {"request": "井盖丢失", "title": "井盖丢失", "fact.road": "环市东路"})
    assert not WorkOrder.objects.filter(words__contains=query("路灯")).exists()
    for words in ("井盖", "环市东路"):
        assert WorkOrder.objects.filter(words__contains=query(words)).exists()


def test_only_who_takes_the_order_fills_it_and_only_before_it_is_passed_on(line: Hotline) -> None:
    order = registered_order(line)
    dispatch(line.agent, order.number, "请办理", [line.building_unit.id], line.building_unit.id)
    with pytest.raises(NotAllowed, match="已转交"):
        save(line.agent, order.number, {"place": "别处"})


@pytest.mark.clause("GB33358-5.1.2.5-c", "GB33358-5.1.1.2")
@pytest.mark.parametrize("missing", ["happened", "place", "course", "present_state", "request"])
def test_an_appeal_names_time_place_course_state_and_request_before_it_is_registered(
    line: Hotline, missing: str
) -> None:
    number = opened_order(line)
    form = {"kind": "help_request", "category": NOISE, "fact.site": "幸福工地", **MATTER}
    save(line.agent, number, {name: value for name, value in form.items() if name != missing})
    with pytest.raises(NotAllowed) as refusal:
        register(line.agent, number)
    assert refusal.value.details["needs"] in ("matter", "request")
    save(line.agent, number, {missing: "补充", "latitude": 23.13, "longitude": 113.26})
    assert register(line.agent, number).state == "registered"
    done = save(line.agent, number, {missing: ""})
    assert missing in done.problems
    assert getattr(load(number), missing) == "补充"


@pytest.mark.clause("GB33358-5.1.2.5-b")
def test_the_order_holds_name_address_contact_class_and_secrecy_which_hides_the_caller_from_the_unit(
    line: Hotline,
) -> None:
    order = registered_order(line, "complaint", confidential="yes", contact_address="幸福路15号")
    dispatch(line.agent, order.number, "请办理", [line.roads_unit.id], line.roads_unit.id)
    order = load(order.number)
    assert all((order.contact_name, order.contact_address, order.contact_phone, order.category_id, order.confidential))
    shown = str(order_view(line.roads, order.number).subject)
    assert all(secret not in shown for secret in (order.contact_name, order.contact_phone, order.contact_address))


@pytest.mark.clause("GB33358-5.2.2.5")
@pytest.mark.parametrize("kind", ["complaint", "report_of_violation"])
def test_complaints_and_reports_are_not_registered_before_secrecy_was_asked(line: Hotline, kind: str) -> None:
    number = opened_order(line)
    form = {
        "kind": kind,
        "category": NOISE,
        "fact.site": "幸福工地",
        "about_unit": line.building_unit.id,
        "aspect": "style",
        **MATTER,
    }
    save(line.agent, number, form)
    with pytest.raises(NotAllowed, match="保密") as refusal:
        register(line.agent, number)
    assert refusal.value.details["needs"] == "confidential"
    save(line.agent, number, {"confidential": "no"})
    order = register(line.agent, number)
    assert order.confidential is False
    assert order.confidential_asked_at is not None
    assert "confidential" in save(line.agent, number, {"confidential": ""}).problems
    later = registered_order(line, "suggestion")
    assert set(save(line.agent, later.number, {"kind": kind}).problems) == {"kind"}


@pytest.mark.clause("GB33358-5.1.1.3")
def test_a_complaint_names_whom_it_is_about_and_style_quality_or_efficiency(line: Hotline) -> None:
    number = opened_order(line)
    save(
        line.agent,
        number,
        {"kind": "complaint", "confidential": "no", "category": NOISE, "fact.site": "幸福工地", **MATTER},
    )
    for aspect in ("style", "quality", "efficiency"):
        with pytest.raises(NotAllowed) as refusal:
            register(line.agent, number)
        assert refusal.value.details["needs"] == "about_unit"
        save(line.agent, number, {"aspect": aspect})
    save(line.agent, number, {"about_unit": line.building_unit.id, "about_staff": line.builder.staff_id})
    order = register(line.agent, number)
    with pytest.raises(Incomplete):
        dispatch(line.agent, order.number, "请办理", [line.building_unit.id], line.building_unit.id)
    assert {kind.value for kind in (Kind.SUGGESTION, Kind.COMPLAINT, Kind.PRAISE)} <= set(Kind.values)


@pytest.mark.clause("GB33358-5.1.2.4-a")
def test_a_required_fact_is_answered_or_skipped_with_a_reason_that_is_kept(line: Hotline) -> None:
    number = opened_order(line)
    save(line.agent, number, {"kind": "help_request", "category": NOISE, **MATTER})
    with pytest.raises(Incomplete) as refusal:
        register(line.agent, number)
    assert set(refusal.value.details["fields"]) == {"fact.site"}
    save(line.agent, number, {"skip.site": "诉求人说不清是哪家单位"})
    order = register(line.agent, number)
    assert order.skipped_facts == {"site": "诉求人说不清是哪家单位"}
    assert Event.objects.get(number=number, kind="order.register").data["skipped"] == ["site"]


def test_whoever_wants_a_call_leaves_a_number_unless_anonymous(line: Hotline) -> None:
    number = opened_order(line, phone="", text="咨询")
    save(line.agent, number, {"kind": "consultation", "category": PENSION})
    with pytest.raises(Incomplete) as refusal:
        register(line.agent, number)
    assert set(refusal.value.details["fields"]) == {"contact_phone"}
    save(line.agent, number, {"wished_reply": "none"})
    assert register(line.agent, number).title == "咨询"


@pytest.mark.clause("GB33358-4.3.2-c")
def test_the_answer_to_the_summary_read_back_is_kept_and_falls_when_the_matter_changes(line: Hotline) -> None:
    number = opened_order(line, text="路灯不亮")
    assert confirm(line.agent, number, confirmed=False).summary_confirmed is False
    assert confirm(line.agent, number, confirmed=True).summary_confirmed is True
    save(line.agent, number, {"contact_name": "王五"})
    assert load(number).summary_confirmed is True
    save(line.agent, number, {"place": "幸福路"})
    assert load(number).summary_confirmed is None
    assert Event.objects.filter(number=number, kind="order.confirm").count() == 2


def test_an_order_without_a_call_is_taken_by_one_agent_and_taken_over_by_a_manager_only(line: Hotline) -> None:
    number = open_order(SYSTEM, NewOrder("sms", phone="13900000012", text="路灯不亮")).order.number
    assert take(line.agent, number).agent_number == "801"
    with pytest.raises(NotAllowed, match="801号"):
        take(line.second_agent, number)
    with pytest.raises(NotAllowed, match="您已经受理"):
        take(line.agent, number)
    assert take(line.manager, number).agent_id == line.manager.staff_id
    assert Event.objects.filter(number=number, kind="order.take").last().data["former_agent"] == line.agent.staff_id  # type: ignore[union-attr]


def test_a_manager_with_a_form_of_the_same_call_finishes_it_first(line: Hotline) -> None:
    call = uuid4()
    theirs = open_order(line.agent, NewOrder("telephone", phone="13900000012", call_id=call)).order.number
    own = open_order(line.manager, NewOrder("telephone", phone="13900000012", call_id=call)).order.number
    with pytest.raises(NotAllowed, match=own):
        take(line.manager, theirs)


@pytest.mark.clause("GB33358-5.2.2.1")
def test_two_working_days_until_transfer_are_counted_across_weekend_and_holiday(line: Hotline) -> None:
    stand_at(datetime(2026, 9, 30, 2, 0, tzinfo=UTC))  # a Wednesday, the day before seven days of National Day
    make_partitions(now())
    order = registered_order(line)
    clock = Clock.objects.get(record_id=order.id, code="order_transfer")
    assert clock.due_at.date() >= datetime(2026, 10, 9, tzinfo=UTC).date()
    stand_at(datetime(2026, 10, 7, 2, 0, tzinfo=UTC))
    sweep(now())
    assert not Event.objects.filter(number=order.number, kind__in=["clock.warned", "clock.breached"]).exists()
    stand_at(clock.due_at)
    sweep(now())
    clock.refresh_from_db()
    assert clock.breached_at == clock.due_at
    dispatch(line.agent, order.number, "请办理", [line.building_unit.id], line.building_unit.id)
    clock.refresh_from_db()
    assert (clock.state, clock.breached_at) == ("stopped", clock.due_at)


@pytest.mark.clause("GB33358-5.2.2.1")
def test_agent_and_managers_are_warned_before_the_transfer_is_late_and_again_when_it_is(line: Hotline) -> None:
    order = registered_order(line)
    clock = Clock.objects.get(record_id=order.id, code="order_transfer")
    concerned = [one.account_id or 0 for one in (line.agent, line.manager, line.second_manager)]
    for at, words in ((clock.warn_at, "快到转交时限"), (clock.due_at, "已超过转交时限")):
        stand_at(at)
        sweep(now())
        sweep(now())
        told = [one for one in Delivery.objects.filter(number=order.number, channel="in_app") if words in one.text]
        assert sorted(one.account_id or 0 for one in told) == sorted(concerned)


@pytest.mark.clause("GB33358-3.1")
def test_words_of_an_emergency_raise_the_number_at_once_and_a_false_alarm_stays_put_down(line: Hotline) -> None:
    number = opened_order(line)
    done = save(line.agent, number, {"course": "三楼着火了，还有人困在里面"})
    assert done.alarm is not None
    assert (done.alarm.number, load(number).urgency) == ("119", "emergency")
    assert Event.objects.get(number=number, kind="order.save").data["dial"] == "119"
    save(line.agent, number, {"urgency": "ordinary"})
    again = save(line.agent, number, {"course": "三楼着火了，还有人困在里面，已经扑灭"})
    assert (again.alarm, load(number).urgency) == (None, "ordinary")


def test_a_refused_order_names_reason_and_path_and_needs_no_form(line: Hotline) -> None:
    number = opened_order(line)
    with pytest.raises(Incomplete):
        refuse(line.agent, number, "litigation", " ")
    with pytest.raises(Incomplete):
        refuse(line.agent, number, "no_mood", "请向法院提出")
    order = refuse(line.agent, number, "litigation", "请向受理法院提出，电话12368。")
    assert (order.state, order.refusal, order.path_told) == ("refused", "litigation", "请向受理法院提出，电话12368。")


@pytest.mark.clause("GB33358-3.6")
def test_every_step_of_intake_stands_in_the_chained_history_of_the_order(line: Hotline) -> None:
    order = registered_order(line)
    confirm(line.agent, order.number, confirmed=True)
    kinds = list(Event.objects.filter(number=order.number).order_by("position").values_list("kind", flat=True))
    assert kinds == ["order.opened", "order.save", "order.register", "order.confirm"]
    assert load(order.number).chain_length == len(kinds)
    view = order_view(line.manager, order.number)
    assert (view.order.place, view.order.request) == (MATTER["place"], MATTER["request"])
    assert {one.kind for one in view.timeline} >= {"order.opened", "order.register"}


def test_lines_that_a_message_ended_otherwise_are_no_change_of_somebody_else(line: Hotline) -> None:
    number = opened_order(line)
    save(line.agent, number, {"request": "路灯坏了\r\n晚上很黑"})
    done = save(line.agent, number, {"request": "路灯坏了，晚上很黑"}, base={"request": "路灯坏了\n晚上很黑"})
    assert done.conflicts == {}
    assert load(number).request == "路灯坏了，晚上很黑"
