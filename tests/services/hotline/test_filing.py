"""The archive: what must be there, the number, read-only afterwards, and the way back by two people."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.models import Clock
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed
from bangban.foundation.ledger.models import Event
from bangban.services.hotline.actions import filing, handling, merging, visiting
from bangban.services.hotline.actions.answering import refuse
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.chores import archive_ended
from bangban.services.hotline.flow import LINES
from bangban.services.hotline.models import Reopening, WorkOrder
from bangban.services.hotline.reads import complete
from tests.hotline import ASKED, Hotline, registered_order
from tests.services.hotline.ways import archived, completed, handled, later, load, requester, visited


def _with_recordings(monkeypatch: pytest.MonkeyPatch, *, there: bool = True) -> None:
    monkeypatch.setattr(complete, "calls_with_recording", lambda calls: set(calls) if there else set())


@pytest.mark.clause("GB33358-5.5.1")
def test_completed_and_called_back_orders_are_archived_by_the_night_job(
    line: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_recordings(monkeypatch)
    number, fresh = visited(line), completed(line)
    assert archive_ended(later(days=2)) == 0
    assert archive_ended(later(days=2)) == 1
    order = load(number)
    assert (order.state, order.archive_number) == ("archived", "2026-040101-000001")
    assert load(fresh).state == "completed"
    assert not Clock.objects.filter(record_id=order.id, state="running").exists()
    assert archive_ended(later()) == 0


@pytest.mark.clause("GB33358-5.5.1")
def test_every_action_on_an_archived_order_is_refused_but_the_two_steps_of_reopening(line: Hotline) -> None:
    number = archived(line)
    before = WorkOrder.objects.filter(number=number).values().get()
    cast = {**line.staff(), "caller": requester(number), "system": SYSTEM}
    open_ways = set()
    for name, actor in cast.items():
        for action in sorted({one.action for one in LINES}):
            given = dict.fromkeys(
                ("reason", "text", "opinion", "units", "lead", "limit", "result", "code", "source"), "x"
            )
            given |= dict.fromkeys(("channel", "handling", "days", "ground", "into", "consent", "unit", "outcome"), "x")
            try:
                with transaction.atomic(), order_deed(actor, number, action, given):
                    open_ways.add(action)
                    raise _Undo
            except (FlowError, _Undo):
                pass
        assert WorkOrder.objects.filter(number=number).values().get() == before, name
    assert open_ways == {"ask_reopen", "refuse_reopen", "reopen"}
    for act in (
        lambda: handling.discuss(line.agent, number, "补一句"),
        lambda: visiting.visit(line.visitor, number, True, True, **ASKED),
        lambda: merging.link(line.agent, number, visited(line), "同一工地"),
        lambda: filing.archive(line.archivist, number),
    ):
        with pytest.raises(NotAllowed):
            act()


class _Undo(Exception):
    """Leaves the deed without a trace."""


@pytest.mark.clause("GB33358-5.5.1")
def test_an_archived_order_is_opened_again_only_by_a_second_person_after_a_request(line: Hotline) -> None:
    number = archived(line)
    archive_number = load(number).archive_number
    with pytest.raises(NotAllowed, match="没有待审批"):
        filing.reopen(line.manager, number, "直接恢复")
    with pytest.raises(Incomplete):
        filing.ask_reopen(line.archivist, number, " ")
    filing.ask_reopen(line.manager, number, "录音找到了")
    with pytest.raises(NotAllowed, match="另一人"):
        filing.reopen(line.manager, number, "自己批")
    filing.refuse_reopen(line.second_manager, number, "理由不足")
    assert load(number).state == "archived"
    filing.ask_reopen(line.archivist, number, "要补充督办材料")
    with pytest.raises(NotAllowed, match="已有一项"):
        filing.ask_reopen(line.agent, number, "再申请")
    with pytest.raises(NotAllowed, match="不由您办理"):
        filing.reopen(line.archivist, number, "档案员不能批")
    order = filing.reopen(line.manager, number, "同意补充")
    assert (order.state, order.archived_at, order.archive_number) == ("visited", None, archive_number)
    handling.discuss(line.agent, number, "补充督办材料")
    assert archive_ended(later(days=5)) == 0, "what was opened again is filed by hand"
    filing.archive(line.archivist, number, "测试环境没有录音文件")
    assert load(number).archive_number == archive_number
    decided = Reopening.objects.order_by("asked_at").values_list("decision", flat=True)
    assert list(decided) == ["refused", "approved"]
    assert not Reopening.objects.filter(ended_at=None).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Reopening.objects.filter(decision="approved").update(asked_by_id=line.manager.staff_id)


def test_running_numbers_have_no_gap_and_count_by_class_and_year(line: Hotline) -> None:
    numbers = [load(archived(line)).archive_number for _ in range(3)]
    assert numbers == [f"2026-040101-{n:06d}" for n in (1, 2, 3)]
    other = load(archived(line, category="030201")).archive_number
    assert other == "2026-030201-000001"
    number = visited(line)
    with pytest.raises(NotAllowed):
        filing.archive(line.archivist, number)
    filing.archive(line.archivist, number, "没有录音")
    assert load(number).archive_number == "2026-040101-000004"


def test_what_is_missing_is_told_and_passed_over_only_by_the_archivist_with_a_reason(
    line: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = visited(line)
    _with_recordings(monkeypatch, there=False)
    assert complete.missing(load(number)) == ["缺少来电录音"]
    assert archive_ended(later(days=4)) == 0
    with pytest.raises(NotAllowed, match="缺少来电录音"):
        filing.archive(line.archivist, number)
    with pytest.raises(NotAllowed):
        filing.archive(SYSTEM, number, "系统不能跳过")
    filing.archive(line.archivist, number, "录音设备当日故障")
    event = Event.objects.get(number=number, kind="order.archive")
    assert event.data["missing"] == ["缺少来电录音"]
    assert event.data["despite"] == "录音设备当日故障"


def test_open_supervision_or_an_undecided_second_round_holds_the_archive(
    line: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_recordings(monkeypatch)
    number = visited(line)
    monkeypatch.setattr(complete, "_holds", [])
    complete.holds(lambda orders: {one.id: "督办还没有结束" for one in orders if one.number == number})
    assert complete.missing(load(number)) == ["督办还没有结束"]
    monkeypatch.setattr(complete, "_holds", [])
    bad = visited(line, False, False)
    with pytest.raises(NotAllowed, match="请决定再次交办"):
        filing.archive(line.archivist, bad)
    visiting.decline_redo(line.visitor, bad, "已当面说明")
    assert filing.archive(line.archivist, bad).state == "archived"


def test_a_refused_order_without_its_recording_is_filed_by_the_archivist_with_the_reason(
    line: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_recordings(monkeypatch, there=False)
    number = registered_order(line).number
    refuse(line.agent, number, "litigation", "请按法院程序办理，咨询电话12368")
    assert archive_ended(later(days=4)) == 0
    assert filing.archive(line.archivist, number, "录音设备当日故障").state == "archived"


def test_a_call_back_that_is_still_to_be_made_is_passed_over_for_no_reason(
    line: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_recordings(monkeypatch)
    main, number = handled(line), registered_order(line).number
    merging.merge(line.agent, number, main)
    handling.reply(line.builder, main, "sms", "已停工")
    handling.complete(line.builder, main, "已停工", "solved")
    later(days=1)
    visiting.visit(line.visitor, main, True, True, **ASKED)
    with pytest.raises(NotAllowed, match=f"{number}还没有结束回访"):
        filing.archive(line.archivist, main, "等不及了")


def test_refused_orders_are_filed_and_come_back_as_what_they_were(
    line: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_recordings(monkeypatch)
    number = registered_order(line).number
    refuse(line.agent, number, "litigation", "请按法院程序办理，咨询电话12368")
    assert archive_ended(later(days=4)) == 1
    filing.ask_reopen(line.agent, number, "情形选错")
    assert filing.reopen(line.manager, number, "更正").state == "refused"
