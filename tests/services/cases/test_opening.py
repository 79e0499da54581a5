"""What a person registers, and what the case promises from then on (T637-8.1, BJ-6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.moment import stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.registry.org import actions as org
from bangban.services.cases import actions
from bangban.services.cases.actions import NewCase
from bangban.services.cases.actions.opening import Turn, promised_reply
from bangban.services.cases.models import Case
from bangban.services.cases.reads import case_view, list_cases, my_cases
from bangban.services.conversation.models import Party
from bangban.services.conversation.reads import messages
from tests.cast import NIGHT, Cast, guest
from tests.services.cases.steps import SORTED, opened


@pytest.mark.clause("T637-8.1-b")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone": ""}, "phone"),
        ({"phone": "12345"}, "phone"),
        ({"question": " "}, "question"),
        ({"question": "问" * 2001}, "question"),
        ({"channel": "telex"}, "channel"),
    ],
)
def test_a_case_without_contact_or_need_is_refused_with_a_sentence_at_the_field(
    city: Cast, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Incomplete) as refusal:
        opened(**changes)
    assert list(refusal.value.details["fields"]) == [field]
    assert refusal.value.details["fields"][field]
    assert not Case.objects.exists()


def test_everything_missing_is_named_at_once(city: Cast) -> None:
    with pytest.raises(Incomplete) as refusal:
        opened(question="", phone="", channel="telex")
    assert set(refusal.value.details["fields"]) == {"question", "phone", "channel"}


@pytest.mark.clause("T637-8.1-b")
def test_name_and_identity_number_are_not_needed_to_ask(city: Cast) -> None:
    number, citizen = opened(name="", phone="020-83125555")
    assert case_view(citizen, number).state == "queued"


@pytest.mark.clause("T637-2", "T637-4-c")
def test_every_case_has_one_responsible_body_and_a_channel_code(city: Cast) -> None:
    number, _ = opened(channel="kiosk")
    case = Case.objects.get(number=number)
    assert (case.unit_id, case.opened_unit_id, case.channel) == (city.center.id, city.center.id, "kiosk")
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(id=case.id).update(unit_id=None)


@pytest.mark.clause("T637-6.1.5-e", "BJ-8")
def test_a_case_opened_at_a_bodys_own_page_goes_to_that_bodys_guides(city: Cast) -> None:
    number, _ = opened(unit_id=city.district.id)
    assert Case.objects.get(number=number).unit_id == city.district.id
    assert [row.number for row in list_cases(city.district_guide, "inbox").rows] == [number]
    assert list_cases(city.guide, "inbox").rows == ()


@pytest.mark.clause("T637-8.1-a")
def test_a_case_goes_on_from_another_device_with_its_code(city: Cast) -> None:
    number, citizen = opened(channel="kiosk")
    at_home = citizen.through("mobile")
    actions.post_message(at_home, number, "我回到家了")
    assert [row.number for row in my_cases(at_home).rows] == [number]
    assert case_view(at_home, number).channel == "kiosk"
    assert my_cases(guest("another code")).rows == ()


def test_without_the_assistants_answer_the_response_clock_runs_from_the_opening(city: Cast) -> None:
    number, _ = opened()
    clock = Clock.objects.get(record_id=Case.objects.get(number=number).id, code="first_response")
    assert clock.due_at - clock.started_at == timedelta(minutes=5)


def at(hour: int, minute: int = 0, second: int = 0, day: int = 18) -> datetime:
    """Return a moment of November 2026 in the city's time; the 18th is a Wednesday."""
    return datetime(2026, 11, day, hour - 8, minute, second, tzinfo=UTC)


@pytest.mark.clause("BJ-6-a")
@pytest.mark.parametrize(
    ("moment", "promised"),
    [
        (at(8, 59, 59), at(9)),
        (at(9), None),
        (at(11, 59, 59), None),
        (at(12), at(13, 30)),
        (at(13, 29, 59), at(13, 30)),
        (at(13, 30), None),
        (at(16, 59, 59), None),
        (at(17), at(9, day=19)),
        (at(10, day=21), at(9, day=23)),
        (at(18, day=20), at(9, day=23)),
    ],
)
def test_outside_human_hours_the_next_opening_is_promised_to_the_second(
    city: Cast, moment: datetime, promised: datetime | None
) -> None:
    assert promised_reply(city.center.id, moment) == promised


@pytest.mark.clause("BJ-6-a")
def test_a_holiday_and_a_make_up_workday_change_what_is_promised(city: Cast) -> None:
    national_day = datetime(2026, 10, 1, 2, tzinfo=UTC)
    assert promised_reply(city.center.id, national_day) == datetime(2026, 10, 8, 1, tzinfo=UTC)
    make_up_saturday = datetime(2026, 10, 10, 2, tzinfo=UTC)
    assert promised_reply(city.center.id, make_up_saturday) is None


@pytest.mark.clause("BJ-6-b", "T637-8.2-b")
def test_a_case_opened_at_eight_in_the_evening_promises_the_next_opening_and_its_clock_waits(city: Cast) -> None:
    stand_at(NIGHT)
    number, citizen = opened()
    view = case_view(citizen, number)
    assert view.state == "queued"
    assert view.promised_at == at(9, day=19)
    (clock,) = (c for c in view.clocks if c.rule == "first_response")
    assert clock.due_at == at(9, 5, day=19)
    assert clock.light == "green"


@pytest.mark.clause("BJ-6-b")
def test_a_session_that_runs_at_closing_time_may_finish(city: Cast) -> None:
    number, citizen = opened()
    actions.claim(city.guide, number)
    stand_at(at(17, 5))
    actions.post_message(citizen, number, "还在吗")
    actions.post_message(city.guide, number, "在的。")
    actions.sort(city.guide, number, {**SORTED, "need_summary": "办理时间", "complexity": "simple"})
    actions.close(city.guide, number, {"opinion": "工作日均可办理。"})
    assert case_view(citizen, number).state == "closed"


@pytest.mark.clause("BJ-8")
def test_the_promise_follows_the_hours_of_the_body_that_answers(city: Cast) -> None:
    org.set_hours("online_human", "yx", {str(day): [["09:00", "21:00"]] for day in range(7)}, workdays_only=False)
    assert promised_reply(city.district.id, NIGHT) is None
    assert promised_reply(city.center.id, NIGHT) == at(9, day=19)


@pytest.mark.clause("T637-8.2-b")
def test_the_talk_with_the_assistant_goes_along_to_the_person(city: Cast) -> None:
    talk = (
        Turn(Party.USER, "失业金怎么领"),
        Turn(Party.ASSISTANT, "可在线申领。", {"answers": [{"id": "k1", "score": 0.4}]}),
        Turn(Party.USER, "不是这个意思，转人工"),
    )
    number, _ = opened(question=talk[-1].text, transcript=talk, human_reason="unsure")
    actions.claim(city.guide, number)
    view = case_view(city.guide, number)
    told = [(m.party, m.text) for m in messages(view.id, staff=True) if m.party != "system"]
    assert told == [(turn.party.value, turn.text) for turn in talk]
    assert view.human_reason == "unsure"


@pytest.mark.clause("T637-8.2-b", "BJ-2-c")
def test_a_case_with_the_assistant_goes_to_people_at_the_first_word(city: Cast) -> None:
    number, citizen = opened(to_bot=True)
    assert list_cases(city.guide, "inbox").rows == ()
    actions.request_human(citizen, number)
    assert [row.number for row in list_cases(city.guide, "inbox").rows] == [number]
    assert case_view(citizen, number).human_reason == "asked"


@pytest.mark.clause("T637-8.2-a", "BJ-2-c")
def test_only_the_user_can_end_a_case_as_solved_by_the_assistant(city: Cast) -> None:
    number, citizen = opened(to_bot=True)
    for other in (SYSTEM, city.guide, city.manager):
        with pytest.raises(NotAllowed):
            actions.solved(other, number)
    actions.solved(citizen, number)
    case = Case.objects.get(number=number)
    assert (case.state, case.close_reason) == ("closed", "self_solved")


@pytest.mark.clause("T637-7.2-e")
def test_a_wish_for_guidance_is_registered_with_the_item_and_a_clock(city: Cast) -> None:
    from tests.goods import published_item

    item = published_item(city.department.id, "失业保险金申领")
    number, citizen = opened(item_id=item.id, wanted_service="guide")
    view = case_view(citizen, number)
    assert view.item is not None
    assert (view.item.name, view.state_label) == ("失业保险金申领", "等待人工受理")
    assert [clock.rule for clock in view.clocks] == ["first_response"]
    assert Case.objects.get(number=number).wanted_service == "guide"


def test_numbers_carry_a_check_digit_and_never_repeat(city: Cast) -> None:
    from bangban.foundation.ledger.identifiers import check_digit

    numbers = [opened()[0] for _ in range(60)]
    assert len(set(numbers)) == 60
    assert all(number[-1] == check_digit(number[2:-1]) for number in numbers)


def test_a_person_with_an_account_need_not_give_a_phone(city: Cast) -> None:
    assert NewCase("能办吗").phone == ""
    with pytest.raises(Incomplete):
        opened(phone="")


@pytest.mark.parametrize(
    "typed",
    [
        "13912345678",
        "+86 139-1234-5678",
        "0086 139 1234 5678",
        "+8613912345678",
        "（+86）139 1234 5678",
        "１３９１２３４５６７８",
    ],
)
def test_a_mobile_number_is_kept_and_found_in_one_spelling_however_it_was_typed(city: Cast, typed: str) -> None:
    number, _ = opened(phone=typed)
    assert Case.objects.get(number=number).contact_phone == "13912345678"
    for search in ("13912345678", "+86 139 1234 5678"):
        assert [row.number for row in list_cases(city.guide, "waiting", search=search).rows] == [number]


@pytest.mark.parametrize("typed", ["020-83832258", "(020) 8383 2258", "+86 20 8383 2258", "0086-020-83832258"])
def test_a_landline_is_kept_in_one_spelling_too(city: Cast, typed: str) -> None:
    number, _ = opened(phone=typed)
    assert Case.objects.get(number=number).contact_phone == "02083832258"


@pytest.mark.parametrize("wrong", ["12345", "+1 202 555 0100", "23912345678", "139123456789", "电话"])
def test_what_is_no_number_is_refused(city: Cast, wrong: str) -> None:
    with pytest.raises(Incomplete) as refusal:
        opened(phone=wrong)
    assert set(refusal.value.details["fields"]) == {"phone"}


@pytest.mark.parametrize("field", ["user_kind", "channel", "wanted_service"])
def test_codes_outside_their_lists_are_refused_with_what_may_be_given(city: Cast, field: str) -> None:
    with pytest.raises(Incomplete) as refusal:
        opened(**{field: "miracle"})
    assert "可用：" in refusal.value.details["fields"][field]
    assert not Case.objects.exists()
