"""What each output of a place shows, and when it fetched it (DB23-6.2.1.1)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.registry.org.reads import tree
from bangban.services.publications import actions, reads
from bangban.services.publications.models import Output
from bangban.services.publications.rules import plays_at, schedule_text, spans_of
from bangban.services.publications.terms import Target
from tests.cast import WORKING_MORNING, Cast
from tests.services.publications.steps import LED, TODAY, drafted, published


@pytest.mark.clause("DB23-6.2.1.1")
def test_each_output_shows_what_was_chosen_for_it_and_nothing_else(city: Cast) -> None:
    everywhere = published(city)
    short = published(city, **LED)
    drafted(city)
    here = tree().by_code["gz"]
    for target in (Target.BOARD_SHEET, Target.TOUCH_SCREEN):
        assert [one.number for one in reads.on_output(here, target, TODAY)] == [everywhere.number]
    assert [one.number for one in reads.public_page(TODAY).rows] == [everywhere.number]
    assert [one.number for one in reads.led_messages(here, WORKING_MORNING)] == [short.number]
    with pytest.raises(NotYours):
        reads.public_one(short.number, TODAY)


def test_places_below_show_what_speaks_for_them(city: Cast) -> None:
    own, below = published(city, title="只在本厅"), published(city, title="全市", includes_below=True)
    names = lambda code: [one.title for one in reads.on_output(tree().by_code[code], Target.TOUCH_SCREEN, TODAY)]  # noqa: E731
    assert names("gz") == ["全市", "只在本厅"]
    assert names("yx") == ["全市"]
    with pytest.raises(NotYours):
        reads.one_on_output(tree().by_code["yx"], Target.TOUCH_SCREEN, own.number, TODAY)
    assert reads.one_on_output(tree().by_code["yx"], Target.TOUCH_SCREEN, below.number, TODAY).title == "全市"


def test_nothing_is_shown_before_its_first_or_after_its_last_day(city: Cast) -> None:
    published(city, valid_from=date(2026, 11, 20), valid_to=date(2026, 11, 22))
    here = tree().by_code["gz"]
    shown = [day for day in range(18, 25) if reads.on_output(here, Target.TOUCH_SCREEN, date(2026, 11, day))]
    assert shown == [20, 21, 22]


@pytest.mark.clause("DB23-6.2.1.1")
def test_each_output_reports_its_last_refresh_at_most_once_a_minute(city: Cast) -> None:
    row = published(city)
    note = lambda seconds, device: actions.note_refresh(  # noqa: E731
        Target.TOUCH_SCREEN, city.center.id, [row.id], device, WORKING_MORNING + timedelta(seconds=seconds)
    )
    assert [note(0, "一层东"), note(59, "一层东"), note(60, "一层西")] == [1, 0, 1]
    output = Output.objects.get()
    assert (output.last_refreshed_at, output.last_refreshed_by) == (WORKING_MORNING + timedelta(minutes=1), "一层西")
    seen = {one.label: one for one in reads.desk_one(city.editor, row.number, WORKING_MORNING).outputs}
    assert seen["触摸屏"].by == "一层西" and not seen["触摸屏"].quiet
    assert seen["网站"].at is None and seen["宣传栏打印页"].at is None
    later = reads.desk_one(city.editor, row.number, WORKING_MORNING + timedelta(minutes=12)).outputs
    assert [one.label for one in later if one.quiet] == ["触摸屏"]


def test_pages_of_the_list_follow_each_other_without_gap_or_repetition(city: Cast) -> None:
    made = [published(city, title=f"第{place}条").number for place in range(5)]
    seen, after = [], ""
    while True:
        page = reads.public_page(TODAY, after=after, limit=2)
        seen += [one.number for one in page.rows]
        if not (after := page.after):
            break
    assert seen == made[::-1]
    with pytest.raises(Incomplete):
        reads.public_page(TODAY, after="broken")


def test_the_list_is_narrowed_by_kind_and_place(city: Cast) -> None:
    published(city, kind="policy", title="政策", includes_below=True)
    published(city)
    assert [one.title for one in reads.public_page(TODAY, kind="policy").rows] == ["政策"]
    assert [one.title for one in reads.public_page(TODAY, body_code="yx").rows] == ["政策"]
    assert reads.public_page(TODAY, body_code="nowhere").rows == ()


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", ()), ("9:00-12:00", (("09:00", "12:00"),)), ("13:30—17:00、9:00 - 12:00", (("09:00", "12:00"), ("13:30", "17:00"))),
        ("8：00至24：00", (("08:00", "24:00"),)),
    ],
)  # fmt: skip
def test_play_times_are_read_as_people_write_them(text: str, spans: tuple[tuple[str, str], ...]) -> None:
    assert spans_of(text) == spans


@pytest.mark.parametrize("text", ["九点", "12:00-9:00", "9:00", "9:60-10:00", "9:00-25:00", "9:00-9:00", "९:00-10:00"])
def test_play_times_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        spans_of(text)


@pytest.mark.parametrize(
    ("moment", "plays"),
    [
        (datetime(2026, 11, 18, 1, 0, tzinfo=UTC), True), (datetime(2026, 11, 18, 9, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 18, 0, 59, tzinfo=UTC), False), (datetime(2026, 11, 21, 2, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 19, 16, 30, tzinfo=UTC), False),
    ],
)  # fmt: skip
def test_a_led_text_plays_on_its_days_in_its_hours_at_the_place(moment: datetime, plays: bool) -> None:
    assert plays_at(range(5), [["09:00", "17:00"]], moment) is plays
    assert schedule_text(range(5), [["09:00", "17:00"]], 10) == "周一、周二、周三、周四、周五 09:00-17:00，每次10秒"
