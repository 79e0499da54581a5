"""Short ways to bring a case into guidance and assistance, each through the actions."""

from __future__ import annotations

from dataclasses import replace

from bangban.foundation.access.actors import Actor
from bangban.registry.catalog.models.items import Item
from bangban.services.cases import actions as cases
from bangban.services.guidance import actions
from tests.cast import Cast
from tests.goods import published_item
from tests.services.cases.steps import consulting

ID_NUMBER = "11010519491231002X"
CREDIT_CODE = "91110000600037341L"
MATERIALS = [
    {"name": "申请表", "necessity": "required", "source": "applicant", "copies": 1, "form": "paper"},
    {"name": "居民身份证", "source": "shared_data"},
    {"name": "失业登记证明", "necessity": "required", "issuer": "街道办事处"},
    {"name": "企业法人营业执照", "situation": "企业申请的"},
    {"name": "变更证明", "situation": "变更"},
    {"name": "残疾人证", "situation": "残疾人申请的", "necessity": "optional"},
    {"name": "职业资格证书", "source": "government", "form": "electronic"},
]
CONDITIONS = "应同时符合以下条件：1、非因本人意愿中断就业；2、已办理失业登记。"
PERSON = {"who": "person", "by": "self", "occasion": "none"}


def rich_item(city: Cast, **changes: object) -> Item:
    """Return a published item whose materials depend on the situation."""
    given = {
        "materials": MATERIALS, "conditions": CONDITIONS, "who": ["自然人", "企业法人"],
        "url": "https://example.org/apply", "online_filing": "是",
    }  # fmt: skip
    return published_item(city.department.id, "失业保险金申领", **{**given, **changes})


def guided(city: Cast, item: Item) -> tuple[str, Actor]:
    """Return a case whose citizen agreed to guidance."""
    number, citizen = consulting(city, item)
    cases.propose_stage(city.specialist, number)
    cases.answer_consent(citizen, number, True)
    return number, citizen


def answered(number: str, citizen: Actor, **changes: str) -> None:
    """Answer the questions about the situation: a person, in person, unless told otherwise."""
    from bangban.services.guidance.reads import guidance_view

    view = guidance_view(citizen, number)
    said = {question.code: "no" for question in view.questions}
    actions.save_answers(citizen, number, {**said, **PERSON, **changes})


def filled(number: str, citizen: Actor, **changes: str) -> None:
    """Fill in every required field rightly, unless told otherwise."""
    from bangban.services.guidance.reads import guidance_view

    values = {
        "name": "张三", "id_number": ID_NUMBER, "phone": "13900000001", "address": "广州市越秀区测试路2号",
        "request": "申领失业保险金", "condition_1": "yes", "condition_2": "yes", **changes,
    }  # fmt: skip
    form = guidance_view(citizen, number).form
    assert form is not None
    given = {code: (value, field.version) for code, value in values.items() if (field := form.field(code))}
    actions.save_fields(citizen, number, given)


def all_ready(number: str, citizen: Actor) -> None:
    """Tick every material that waits."""
    from bangban.services.guidance.reads import guidance_view

    materials = guidance_view(citizen, number).materials
    assert materials is not None
    for need in materials.needs:
        if need.state == "open":
            actions.tick_material(citizen, number, need.id, True)


def assisted(city: Cast, number: str, citizen: Actor) -> None:
    """Let the citizen agree to assistance."""
    cases.propose_stage(city.specialist, number)
    cases.answer_consent(citizen, number, True)


def submitted(city: Cast, item: Item, **values: str) -> tuple[str, Actor]:
    """Return a case in assistance whose draft is submitted with list and form complete."""
    number, citizen = guided(city, item)
    answered(number, citizen)
    all_ready(number, citizen)
    actions.start_form(citizen, number)
    filled(number, citizen, **values)
    assisted(city, number, citizen)
    actions.submit_draft(citizen, number, anyway=True)
    return number, citizen


def checked(city: Cast, number: str) -> None:
    """Start both checks and confirm every automatic result."""
    actions.start_checks(city.specialist, number)
    for kind in ("documents", "elements"):
        actions.confirm_findings(city.specialist, number, kind)


def other_citizen(citizen: Actor) -> Actor:
    """Return somebody with another code."""
    return replace(citizen, tokens=frozenset({b"x" * 32}))
