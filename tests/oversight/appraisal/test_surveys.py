"""Results by method, and the import of those made outside (GB33358-6.3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangban.foundation.documents.stored import fetch
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.oversight.appraisal import actions, figures, reads
from bangban.oversight.appraisal.answers import read_answers
from bangban.services.hotline.actions import visiting
from bangban.services.hotline.reads.results import unit_scores
from tests.hotline import ASKED, Hotline
from tests.oversight.appraisal.months import FIRST, LAST, NOVEMBER, drafted, judged, next_month
from tests.services.hotline.ways import completed, requester

FILE = """单位,日期,服务态度,工作效率,办理过程,办理结果,是否联系,是否解决,是否满意
广州市住房和城乡建设局,2026-11-20,3,3,3,3,是,否,否
zjj,2026/11/21,5,,,,,,是
没有这个局,2026-11-20,5,5,5,5,是,是,是
zjj,2026-13-01,5,5,5,5,是,是,是
zjj,2026-11-22,9,5,5,5,是,是,是
zjj,2026-11-22,,,,,,,
""".encode()


@pytest.mark.django_db
@pytest.mark.clause("GB33358-6.3")
def test_third_party_results_come_in_line_by_line_and_the_file_is_kept(line: Hotline) -> None:
    judged(line)
    next_month()
    survey = actions.import_survey(line.manager, line.center.id, "third_party", "某大学调查中心", "结果.csv", FILE)
    assert survey.accepted == 2
    assert [row for row, _ in survey.refused] == [4, 5, 6, 7]
    assert fetch(survey.digest) == FILE
    sheet = reads.one_appraisal(line.manager, drafted(line).number).units[0]
    assert [one[:2] for one in sheet.methods] == [("电话回访", 1), ("媒体与第三方机构监督", 2)]
    assert (sheet.cell("satisfied").part, sheet.cell("satisfied").whole) == (2, 3)
    assert (sheet.cell("attitude").part, sheet.cell("attitude").whole) == (13, 3)
    with pytest.raises(NotAllowed, match="已经导入"):
        actions.import_survey(line.manager, line.center.id, "questionnaire", "某大学调查中心", "结果.csv", FILE)


@pytest.mark.django_db
@pytest.mark.clause("GB33358-6.3")
def test_every_answer_counts_under_the_method_by_which_it_was_given(line: Hotline) -> None:
    judged(line)
    for channel in ("website", "sms"):
        number = completed(line)
        visiting.visit(
            requester(number) if channel == "website" else line.visitor, number, True, True, channel=channel, **ASKED
        )
    next_month()
    for method in ("third_party", "questionnaire", "other"):
        content = FILE.replace(
            b"3,3,3,3", {"third_party": b"3,3,3,3", "questionnaire": b"4,4,4,4"}.get(method, b"2,2,2,2")
        )
        actions.import_survey(line.manager, line.center.id, method, "某单位", "a.csv", content)
    sheet = reads.one_appraisal(line.manager, drafted(line).number).units[0]
    assert {one[0]: one[1] for one in sheet.methods} == {
        "电话回访": 1, "网上调查": 2, "媒体与第三方机构监督": 2, "发放调查问卷": 2, "其他": 2,
    }  # fmt: skip


@pytest.mark.django_db
def test_a_withdrawn_import_counts_no_longer_and_may_come_again(line: Hotline) -> None:
    next_month()
    survey = actions.import_survey(line.manager, line.center.id, "other", "街道办", "a.csv", FILE)
    actions.withdraw_survey(line.manager, survey.number, "导错了文件")
    assert figures.unit_sheets(line.center.id, FIRST, LAST) == {}
    assert actions.import_survey(line.manager, line.center.id, "questionnaire", "街道办", "a.csv", FILE).accepted == 2


@pytest.mark.django_db
def test_answers_by_method_are_the_answers_that_the_results_count(line: Hotline) -> None:
    judged(line)
    judged(line, good=False, grades=1)
    sheets = figures.unit_sheets(line.center.id, FIRST, LAST)
    for score in unit_scores(line.center.id, FIRST, LAST):
        counted = [sum(row) for row in zip(*sheets[score.unit_id].methods.values(), strict=True)]
        said = score.answers
        assert counted == [
            said.asked, said.result_yes, said.attitude + said.efficiency + said.process + said.result,
            said.attitude_asked + said.efficiency_asked + said.process_asked + said.result_asked,
        ]  # fmt: skip


@pytest.mark.django_db
def test_a_file_without_anything_to_read_says_why(line: Hotline) -> None:
    next_month()
    for content in (b"", b"a,b\n1,2\n", "单位,日期\n".encode(), b"\xff\xfe\xff\xff\x81"):
        with pytest.raises(Incomplete):
            actions.import_survey(line.manager, line.center.id, "other", "来源", "a.csv", content)
    with pytest.raises(Incomplete) as refused:
        actions.import_survey(line.manager, line.center.id, "guess", " ", "a.csv", FILE)
    assert set(refused.value.details["fields"]) == {"method", "source"}


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: f"单位,日期,服务态度\n{text}".encode()))
def test_no_file_breaks_the_reading(content: bytes) -> None:
    answers, _ = read_answers(content, {"zjj": 1}, NOVEMBER)
    assert all(one.unit_id == 1 and one.day <= NOVEMBER for one in answers)
