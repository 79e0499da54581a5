"""The personal material list on a case: versions, sending, ticking, files."""

from __future__ import annotations

import io

import pytest

from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.registry.catalog.models.items import Item
from bangban.services.cases.models import Case
from bangban.services.conversation.files import store_upload
from bangban.services.conversation.models import Message
from bangban.services.guidance import actions
from bangban.services.guidance.models import MaterialList
from bangban.services.guidance.reads import guidance_view
from bangban.services.guidance.views import MaterialsView
from tests.cast import Cast
from tests.services.guidance.steps import all_ready, answered, guided, other_citizen, submitted

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20_000


def materials(city: Cast, number: str) -> MaterialsView:
    found = guidance_view(city.specialist, number).materials
    assert found is not None
    return found


@pytest.mark.clause("T637-8.3.2-b")
def test_answers_make_a_list_that_is_saved_with_its_version(city: Cast, rich: Item) -> None:
    number, citizen = guided(city, rich)
    answered(number, citizen)
    person = [need.name for need in materials(city, number).needs]
    answered(number, citizen, who="organisation", occasion="change")
    organisation = [need.name for need in materials(city, number).needs]
    assert "企业法人营业执照" not in person and "变更证明" not in person
    assert {"企业法人营业执照", "变更证明"} <= set(organisation)
    assert list(MaterialList.objects.order_by("version").values_list("version", flat=True)) == [1, 2]


@pytest.mark.clause("T637-8.3.2-b")
def test_the_list_is_sent_as_a_message_that_names_the_version_of_the_guide(city: Cast, rich: Item) -> None:
    number, citizen = guided(city, rich)
    with pytest.raises(NotAllowed):
        actions.send_list(city.specialist, number)
    answered(number, citizen)
    sent = actions.send_list(city.specialist, number)
    message = Message.objects.get(id=sent.sent_message)
    assert message.kind == "checklist"
    assert "第1版" in message.data["legend"]
    states = {entry["label"]: entry["state"] for entry in message.data["entries"]}
    assert states["居民身份证"] == "exempt"
    assert states["申请表"] == "open"


@pytest.mark.clause("T637-6.2.3-d")
def test_ticks_and_files_are_carried_to_the_next_version(city: Cast, rich: Item) -> None:
    number, citizen = guided(city, rich)
    answered(number, citizen)
    need = next(need for need in materials(city, number).needs if need.name == "申请表")
    case = Case.objects.get(number=number)
    actions.attach_material(citizen, number, need.id, store_upload(io.BytesIO(PNG), "表.png", citizen, case.id))
    answered(number, citizen, occasion="change")
    again = next(need for need in materials(city, number).needs if need.name == "申请表")
    assert (again.state, again.attachment_name) == ("ok", "表.png")
    with pytest.raises(NotAllowed, match="最新的清单"):
        actions.tick_material(citizen, number, need.id, False)


def test_only_the_person_ticks_and_shared_data_takes_no_file(city: Cast, rich: Item) -> None:
    number, citizen = guided(city, rich)
    answered(number, citizen)
    shared = next(need for need in materials(city, number).needs if need.delivery == "exempt")
    case = Case.objects.get(number=number)
    with pytest.raises(NotAllowed):
        actions.attach_material(citizen, number, shared.id, store_upload(io.BytesIO(PNG), "证.png", citizen, case.id))
    with pytest.raises(NotAllowed):
        actions.tick_material(city.specialist, number, shared.id, True)
    with pytest.raises(NotYours):
        actions.tick_material(other_citizen(citizen), number, shared.id, True)


def test_open_questions_are_named_together_and_make_no_list(city: Cast, rich: Item) -> None:
    number, citizen = guided(city, rich)
    with pytest.raises(Incomplete) as refused:
        actions.save_answers(citizen, number, {})
    assert len(refused.value.details["fields"]) >= 3
    assert not MaterialList.objects.exists()


def test_the_specialist_may_answer_for_the_person_at_the_other_end(city: Cast, rich: Item) -> None:
    number, _ = guided(city, rich)
    answered(number, city.specialist)
    assert materials(city, number).made_by == "陈专员"


def test_a_submitted_list_stands_still(city: Cast, rich: Item) -> None:
    number, citizen = submitted(city, rich)
    with pytest.raises(NotAllowed):
        answered(number, citizen, occasion="change")
    all_ready(number, citizen)


@pytest.mark.clause("DB23-6.1.2-a")
def test_the_list_of_the_case_is_kept_with_version_time_and_content(city: Cast, rich: Item) -> None:
    number, citizen = guided(city, rich)
    answered(number, citizen)
    sent = actions.send_list(city.specialist, number)
    kept = MaterialList.objects.get(id=sent.id)
    assert (kept.item_revision, kept.sent_at is not None, kept.needs.count()) == (1, True, 4)
