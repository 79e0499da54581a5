"""Questions and lists that follow from a guide: pure rules (T637-8.3.2-b)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangban.registry.catalog.guide import Guide, MaterialLine
from bangban.registry.catalog.terms import Audience, MaterialForm, MaterialSource, Necessity
from bangban.registry.catalog.views import MaterialView
from bangban.services.guidance.rules.materials import personal_list
from bangban.services.guidance.rules.situations import check_answers, known_answers, questions_of
from bangban.services.guidance.terms import Delivery

BOTH = (Audience.PERSON, Audience.ENTERPRISE)


def guide(*lines: MaterialLine, audience: tuple[Audience, ...] = BOTH) -> Guide:
    return Guide(name="事项", department_name="部门", audience=audience, materials=lines)


def views(of: Guide) -> list[MaterialView]:
    return [MaterialView(place, line, "", "", "", None, None) for place, line in enumerate(of.materials, 1)]


def names(of: Guide, **answers: str) -> list[str]:
    return [need.name for need in personal_list(of, views(of), answers)]


@pytest.mark.clause("T637-8.3.2-b")
def test_different_answers_give_different_lists() -> None:
    of = guide(MaterialLine(name="申请表"), MaterialLine(name="公司章程", situation="企业申请的"))
    assert names(of, who="person", by="self") == ["申请表"]
    assert names(of, who="organisation", by="self") == ["申请表", "公司章程"]


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        (MaterialLine(name="变更证明", situation="变更"), "occasion"),
        (MaterialLine(name="农药登记申请表（适用于农药制剂）"), "s"),
        (MaterialLine(name="防洪规划同意书（泄洪区内项目）"), "s"),
        (MaterialLine(name="申请表（新开展移植工作的）"), "s"),
        (MaterialLine(name="户口簿", situation="未满18周岁的"), "s"),
    ],
)
def test_a_situation_is_asked_in_the_words_of_the_guide(line: MaterialLine, asked: str) -> None:
    extra = [question for question in questions_of(guide(line)) if question.code not in ("who", "by")]
    assert len(extra) == 1
    assert extra[0].code.startswith(asked)


@pytest.mark.parametrize(
    "name",
    [
        "情况说明（加盖企业公章）",
        "退役证（照片页、预备役登记页）",
        "论证报告书（表）及图件",
        "承诺书（企业职工养老保险）",
    ],
)
def test_words_in_brackets_that_limit_nothing_ask_nothing(name: str) -> None:
    assert [question.code for question in questions_of(guide(MaterialLine(name=name)))] == ["who", "by"]


def test_a_situation_that_is_only_partly_understood_is_asked_whole() -> None:
    questions = questions_of(guide(MaterialLine(name="批文", situation="企业变更法定代表人的")))
    assert questions[-1].text == "是否属于这种情形：企业变更法定代表人的？"


def test_who_is_not_asked_when_only_persons_may_apply() -> None:
    of = guide(MaterialLine(name="申请表"), audience=(Audience.PERSON,))
    assert [question.code for question in questions_of(of)] == ["by"]
    assert known_answers(of, "legal_person") == {"who": "person"}


@pytest.mark.clause("T637-6.2.3-d")
def test_what_the_person_already_is_answers_the_first_question() -> None:
    assert known_answers(guide(), "legal_person") == {"who": "organisation"}


def test_an_agent_brings_an_entrustment_also_when_the_guide_forgets_it() -> None:
    of = guide(MaterialLine(name="申请表"))
    assert names(of, who="person", by="agent") == ["申请表", "授权委托书", "代理人身份证件"]
    named = guide(MaterialLine(name="个人委托书"))
    assert names(named, who="person", by="agent") == ["个人委托书"]
    assert names(named, who="person", by="self") == []


@pytest.mark.clause("T637-8.3.2-b")
def test_what_data_sharing_delivers_is_not_asked_and_certificates_can_be_fetched() -> None:
    of = guide(
        MaterialLine(name="身份证", source=MaterialSource.SHARED_DATA),
        MaterialLine(name="执照", source=MaterialSource.GOVERNMENT, form=MaterialForm.ELECTRONIC),
        MaterialLine(name="申请表", necessity=Necessity.OPTIONAL),
    )
    found = personal_list(of, views(of), {"who": "person", "by": "self"})
    assert [need.delivery for need in found] == [Delivery.EXEMPT, Delivery.FETCH, Delivery.BRING]
    assert [need.required for need in found] == [True, True, False]


def test_every_open_question_is_named_at_once() -> None:
    questions = questions_of(guide(MaterialLine(name="变更证明", situation="变更")))
    assert set(check_answers(questions, {"who": "nobody"})) == {"who", "by", "occasion"}


words = st.text(alphabet="企业个人变更首次委托的（）时。项目适用于法x<>", max_size=20)
lines = st.builds(MaterialLine, name=words.map(lambda text: text or "申请表"), situation=words)


@given(st.lists(lines, max_size=6), st.data())
def test_every_guide_can_be_answered_and_lists_nothing_of_its_own_twice(
    found: list[MaterialLine], data: st.DataObject
) -> None:
    of = guide(*found)
    questions = questions_of(of)
    answers = {one.code: data.draw(st.sampled_from([option.code for option in one.options])) for one in questions}
    assert not check_answers(questions, answers)
    needs = personal_list(of, views(of), answers)
    assert len({need.key for need in needs}) == len(needs)
    if answers["by"] == "self":
        assert {need.name for need in needs} <= {line.name for line in found}
    always = {line.name for line in found if not line.situation and line.name == "申请表"}
    assert always <= {need.name for need in needs}
