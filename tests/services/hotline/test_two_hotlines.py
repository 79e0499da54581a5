"""Two hotlines in one house: the figures of one hold nothing of the other, though the same units work for both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import NotYours
from bangban.oversight.appraisal import figures
from bangban.oversight.appraisal.evaluating import known_indicators, one_value
from bangban.oversight.reports.figures import count
from bangban.oversight.reports.figures.calls import NAMED
from bangban.oversight.reports.periods import Span
from bangban.oversight.supervision import reads as supervision
from bangban.registry.org import actions as org
from bangban.registry.org import reads as places
from bangban.services.hotline import mailbox
from bangban.services.hotline.actions import handling, visiting
from bangban.services.hotline.actions.answering import answer
from bangban.services.hotline.actions.aside import register_aside, set_aside, settle_aside
from bangban.services.hotline.mailbox import take_letter
from bangban.services.hotline.models import AsideMessage, WorkOrder
from bangban.services.hotline.reads import Filters, page, visits
from bangban.services.hotline.reads.aside import aside, aside_letter
from bangban.services.hotline.reads.messages import survey_rate
from bangban.services.hotline.reads.resolving import first_contact, knowledge_rates
from bangban.services.hotline.reads.results import agent_scores, unit_scores
from bangban.services.telephony.actions import receive, set_lines
from tests.hotline import ASKED, PENSION, Hotline, hotline_staff, registered_order
from tests.services.hotline.ways import completed, handled, later, requester
from tests.services.telephony.cast import lost, talk

NOVEMBER = date(2026, 11, 1), date(2026, 11, 30)


@pytest.fixture
def other(line: Hotline) -> Hotline:
    """A second hotline with its own agent, visitor and manager, beside the first one's units."""
    center = org.save_body(
        org.NewBody(
            code="hl2", name="从化区便民热线", kind="hotline", level="district", region="440117", phone="020-00022345",
            address="测试路3号", opening_hours="全天", online_since=date(2026, 1, 1),
        )
    )  # fmt: skip
    places.forget()
    return replace(
        line,
        center=center,
        agent=hotline_staff("hl2_agent", "韦话务", "hl2", "hotline_agent", work_number="901"),
        visitor=hotline_staff("hl2_visitor", "庞回访", "hl2", "callback_visitor", work_number="920"),
        manager=hotline_staff("hl2_manager", "龚值班", "hl2", "hotline_manager", work_number="910"),
    )


def work_of(line: Hotline, good: bool) -> None:
    """One order completed and judged, one answered at once and judged, one with more time asked for, left overdue."""
    done = completed(line)
    asked = registered_order(line, "consultation", PENSION).number
    answer(line.agent, asked, "每月15日发放", "answered", "agent")
    extended = handled(line)
    handling.ask_extension(line.builder, extended, 2, "law_longer", "需要鉴定")
    later(days=1)
    visiting.visit(line.visitor, done, good, good, attitude=5 if good else 1, **ASKED)
    visiting.visit(requester(asked), asked, good, good)


@pytest.fixture
def both(line: Hotline, other: Hotline) -> tuple[Hotline, Hotline]:
    """Both hotlines at work: the first one once and well, the other twice and badly."""
    work_of(line, True)
    work_of(other, False)
    work_of(other, False)
    later(days=9)
    return line, other


@pytest.mark.clause("GB33358-4.2.4-b")
def test_units_and_agents_are_scored_by_the_work_of_one_hotline(both: tuple[Hotline, Hotline]) -> None:
    for line, times, good in zip(both, (1, 2), (True, False), strict=True):
        (unit,) = unit_scores(line.center.id, *NOVEMBER)
        assert unit.unit_id == line.building_unit.id
        assert (unit.received, unit.led, unit.completed, unit.extensions) == (2 * times, 2 * times, times, times)
        assert (unit.answers.asked, unit.answers.result_yes) == (times, times if good else 0)
        assert (unit.answers.attitude, unit.overdue) == (5 if good else 2, times)
        (agent,) = agent_scores(line.center.id, *NOVEMBER)
        assert (agent.name, agent.taken, agent.direct) == (line.agent.name, 3 * times, times)
        assert (agent.answers.asked, agent.answers.result_yes) == (times, times if good else 0)
        first = now() - timedelta(days=40), now()
        assert (first_contact(line.center.id, *first).resolved, first_contact(line.center.id, *first).all) == (
            times,
            3 * times,
        )
        assert [(one.staff_id, one.all) for one in knowledge_rates(line.center.id, *first)] == [
            (line.agent.staff_id, times)
        ]


@pytest.mark.clause("GB33358-5.4.1", "GB33358-4.2.4-g")
def test_call_backs_and_surveys_are_counted_for_one_hotline(both: tuple[Hotline, Hotline]) -> None:
    for line, times, good in zip(both, (1, 2), (True, False), strict=True):
        assert sum(one.answered for one in visits.coverage(line.center.id, *NOVEMBER)) == 2 * times
        rate = survey_rate(line.center.id, *NOVEMBER)
        assert (rate.answered, rate.both_satisfied) == (2 * times, 2 * times if good else 0)


@pytest.mark.clause("GB33358-6.2")
def test_the_sheets_of_appraisal_hold_one_hotline(both: tuple[Hotline, Hotline]) -> None:
    for line, times, good in zip(both, (1, 2), (True, False), strict=True):
        sheet = figures.unit_sheets(line.center.id, *NOVEMBER)[line.building_unit.id]
        assert sheet.figures["satisfied"] == [times if good else 0, times]
        assert sheet.figures["returned"] == [0, 2 * times]
        assert sum(way[0] for way in sheet.methods.values()) == times
        (agent,) = figures.agent_sheets(line.center.id, *NOVEMBER).values()
        assert (agent.figures["taken"], agent.figures["knowledge"]) == ([3 * times, 0], [0, times])


@pytest.mark.clause("GB33358-4.2.4-e", "GB33358-5.6.1.2")
def test_limits_lists_and_reports_hold_one_hotline(both: tuple[Hotline, Hotline]) -> None:
    for line, times in zip(both, (1, 2), strict=True):
        late = {row.rule: row for row in supervision.limits(line.center.id)}["order_handle"]
        assert (late.running, late.red) == (times, times)
        found = page(line.agent, "all", Filters(search="夜间施工"))
        assert {row.agent for row in found.rows} == {line.agent.name}
        content = count(line.center.id, "month", Span(*NOVEMBER), now())
        assert content.line("received").now.part == 3 * times
        assert [unit.given for unit in content.units] == [2 * times]
        for code in set(known_indicators()) - {code for code, _, _ in NAMED}:
            assert one_value(line.center.id, code, *NOVEMBER, now())["whole"] in range(3 * times + 1)


@pytest.mark.clause("GB33358-3.8", "GB33358-5.6.1.2")
def test_the_telephone_figures_of_a_report_are_those_of_its_hotline(line: Hotline, other: Hotline) -> None:
    def told(one: Hotline) -> list[float | None]:
        content = count(one.center.id, "month", Span(*NOVEMBER), now())
        return [content.line(code).now.amount for code, _, _ in NAMED]

    start = now() - timedelta(minutes=5)
    receive(talk("taken-there", start=start, agent="901", wait=4))
    assert (told(line), told(other)) == ([0, None, None, None], [1, 100.0, 100.0, 4.0])
    set_lines(line.manager, ["12345"])
    places.forget()
    receive(talk("city", start=start, agent="901", wait=20))
    receive(lost("gave-up", start=start))
    assert (told(line), told(other)) == ([2, 50.0, 0.0, 20.0], [1, 100.0, 100.0, 4.0])


def test_calls_that_can_be_given_to_no_hotline_are_in_no_figure_and_named_by_both(
    line: Hotline, other: Hotline
) -> None:
    receive(talk("c", start=now() - timedelta(minutes=5)))
    for one in (line, other):
        content = count(one.center.id, "month", Span(*NOVEMBER), now())
        assert (content.line("calls").now.amount, content.line("connection").now.amount) == (0, None)
        assert content.unassigned == 1


@pytest.mark.clause("GB33358-3.2")
def test_each_hotline_has_its_own_mailbox_and_sees_its_own_letters(line: Hotline, other: Hotline) -> None:
    at = now()
    raw = b"From: li@example.org\nSubject: lamp\nMessage-ID: <%d@example.org>\n\nThe lamp is broken."
    assert take_letter(raw % 1, at)
    assert take_letter(raw % 2, at, other.center.id)
    assert take_letter(raw % 3, at, other.center.id)
    assert list(WorkOrder.objects.order_by("id").values_list("center_id", flat=True)) == [
        line.center.id, other.center.id,
    ]  # fmt: skip
    mine, theirs, nobodys = (
        set_aside(b"x", "无法识别"),
        set_aside(b"y", "无法识别", other.center.id),
        set_aside(b"z", "旧信"),
    )
    AsideMessage.objects.filter(id=nobodys.id).update(center=None)
    assert [row.id for row in aside(line.agent)] == [mine.id, nobodys.id]
    assert [row.id for row in aside(other.agent)] == [theirs.id, nobodys.id]
    for act in (lambda: settle_aside(line.agent, theirs.id, "已看"), lambda: register_aside(line.agent, theirs.id)):
        with pytest.raises(NotYours):
            act()
    with pytest.raises(NotYours):
        aside_letter(line.agent, theirs.id)
    assert register_aside(other.agent, theirs.id).center_id == other.center.id
    assert register_aside(other.agent, nobodys.id).center_id == other.center.id


def test_the_mailboxes_of_several_hotlines_are_named_by_their_codes(
    line: Hotline, other: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulled: list[tuple[str, int | None]] = []

    def pull(url: str, center: int | None) -> mailbox.Pulled:
        pulled.append((url, center))
        if "broken" in url:
            raise OSError("away")
        return mailbox.Pulled(taken=1)

    monkeypatch.setattr(mailbox, "pull", pull)
    monkeypatch.setenv(mailbox.VARIABLE, "imaps://a:b%3D@broken.example/INBOX  hl2=imaps://c:d@there.example/INBOX")
    with pytest.raises(OSError, match="away"):
        mailbox.pull_mailbox(now())
    assert pulled == [
        ("imaps://a:b%3D@broken.example/INBOX", None),
        ("imaps://c:d@there.example/INBOX", other.center.id),
    ]
    monkeypatch.setenv(mailbox.VARIABLE, "zjj=imaps://c:d@there.example/INBOX")
    with pytest.raises(ValueError, match="code of no hotline"):
        mailbox.pull_mailbox(now())
