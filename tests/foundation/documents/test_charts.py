"""Charts say in words what they show, and draw nothing wrong at the edges."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangban.foundation.documents.charts import Bar, Bars, Chart, Forecast, Lines, Part, Shares
from bangban.foundation.documents.charts.drawing import ceiling, extent, short, ticks

AMOUNTS = st.integers(0, 10**7)
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def drawn(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(chart.svg())


@given(
    st.lists(st.builds(Bar, st.text(max_size=40).filter(str.isprintable), AMOUNTS, st.none() | AMOUNTS), max_size=12)
)
def test_bars_of_any_size_stay_inside_the_picture(bars: list[Bar]) -> None:
    picture = drawn(Bars(tuple(bars)))
    for one in picture.iter("{http://www.w3.org/2000/svg}rect"):
        assert float(one.attrib["x"]) + float(one.attrib["width"]) <= 640


@CALM
@given(st.lists(AMOUNTS, max_size=40))
def test_lines_of_any_length_stay_inside_the_picture(values: list[int]) -> None:
    labels = tuple(f"{place}日" for place in range(len(values)))
    picture = drawn(Lines(labels, tuple(map(float, values)), tuple(None for _ in values)))
    for one in picture.iter("{http://www.w3.org/2000/svg}circle"):
        assert 0 <= float(one.attrib["cy"]) <= 250


def test_no_data_is_drawn_as_an_empty_picture_and_said_so() -> None:
    assert Lines((), ()).words == "没有数据"
    for chart in (Lines((), ()), Bars(()), Shares(()), Shares((Part("咨询", 0),))):
        assert drawn(chart) is not None


def test_a_gap_in_history_is_a_gap_in_the_line_and_not_a_zero() -> None:
    picture = Lines(("1", "2", "3", "4"), (5, 5, 5, 5), (2, None, 3, 4)).svg()
    assert picture.count("stroke-dasharray") == 3  # the legend, and two stretches


def test_a_forecast_is_marked_as_one_with_its_interval() -> None:
    picture = Lines(("1", "2"), (5, 6), forecast=Forecast(("3",), (7,), (5,), (9,))).svg()
    assert "预测" in picture and "<polygon" in picture


def test_many_parts_are_gathered_so_that_each_colour_is_used_once() -> None:
    words = Shares(tuple(Part(f"类{place}", 10) for place in range(12))).words
    assert words.endswith("其他60件，占50.0%")


def test_the_axis_ends_at_a_round_number_above_everything() -> None:
    assert [ceiling(value) for value in (0, 1, 7, 11, 320, 999, 1001)] == [1, 1, 8, 15, 400, 1000, 1500]
    assert (ticks(7), ticks(11)) == ([0, 2, 4, 6, 8], [0, 5, 10, 15])
    assert extent(short("很长很长很长的一个名字", 12, 60), 12) <= 60
