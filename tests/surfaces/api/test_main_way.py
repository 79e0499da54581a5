"""From the question to the closed loop, by programs alone (DESIGN §6)."""

from __future__ import annotations

import pytest

from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.verify import verify
from bangban.registry.catalog.models.items import Item
from bangban.registry.org.models import Body
from bangban.services.cases.models import Case
from tests.cast import Cast
from tests.services.cases.steps import SORTED
from tests.surfaces.api.caller import Answer, assert_problem, opened, staff


def _done(answer: Answer, state: str) -> None:
    assert answer.status == 200, answer.body
    assert answer.body["state"] == state


@pytest.mark.clause("T637-6.1.5-a", "T637-8.4", "T637-8.5-a", "T637-9.1-a")
def test_the_whole_way_through_the_api(city: Cast, item: Item) -> None:
    number, citizen = opened(channel="app")
    guide, specialist, adviser = staff(city.guide), staff(city.specialist), staff(city.adviser)
    _done(guide.act(number, "claim"), "claimed")
    _done(guide.act(number, "sort", **SORTED, item=item.code), "claimed")
    _done(guide.act(number, "assign", to="specialist"), "claimed")
    _done(specialist.act(number, "accept"), "consult")
    _done(specialist.act(number, "ask_adviser", question="断缴三个月还能领吗？"), "consult")
    assert adviser.act(number, "advise", text="可以，不影响申领。").status == 200
    asked = specialist.act(number, "propose_stage")
    assert asked.body["pending_consent"] == "guide"
    assert citizen.get(f"/cases/{number}").body["pending_consent"] == "guide"
    _done(citizen.act(number, "consent", agree=True), "guide")
    _done(specialist.act(number, "close", opinion="材料齐全，可在线申领。"), "closed")
    rated = citizen.post("/evaluations", {"record": number, "grade": "very_satisfied", "options": []})
    assert (rated.status, rated.body["round"]) == (201, 1)
    assert_problem(citizen.post("/evaluations", {"record": number, "grade": "satisfied"}), 409)
    last = citizen.act(number, "follow_up", outcome="obtained")
    _done(last, "loop_closed")
    assert last.body["outcome"] == "obtained"
    assert last.body["first_contact"] == "林引导"
    assert verify().broken == ()


def test_a_case_has_what_the_contract_names(city: Cast, item: Item) -> None:
    number, citizen = opened(item=item.code)
    body = citizen.get(f"/cases/{number}").body
    wanted = {"number", "state", "stage", "round", "item", "first_contact", "owner", "unit", "timeline", "clocks"}
    assert wanted | {"allowed_actions", "version"} <= set(body)
    assert set(body["timeline"][0]) == {"id", "at", "kind", "actor", "text"}
    assert {"rule", "clause", "state", "due_at"} <= set(body["clocks"][0])
    assert body["item"]["code"] == item.code


def test_what_is_not_allowed_now_tells_the_state_and_what_is(city: Cast) -> None:
    number, citizen = opened()
    guide = staff(city.guide)
    body = assert_problem(guide.act(number, "close", opinion="好"), 409)
    assert body["state"] == "queued"
    assert "claim" in body["allowed_actions"]
    body = assert_problem(citizen.act(number, "follow_up", outcome="obtained"), 409)
    assert body["allowed_actions"] == citizen.get(f"/cases/{number}").body["allowed_actions"]


def test_what_is_allowed_is_what_works(city: Cast) -> None:
    number, citizen = opened()
    assert "withdraw" in citizen.get(f"/cases/{number}").body["allowed_actions"]
    _done(citizen.act(number, "withdraw", reason="已解决"), "withdrawn")
    assert citizen.get(f"/cases/{number}").body["allowed_actions"] == []


def test_a_missing_input_is_named(city: Cast) -> None:
    number, _ = opened()
    guide = staff(city.guide)
    guide.act(number, "claim")
    body = assert_problem(guide.act(number, "sort"), 422)
    assert "need_summary" in body["fields"]
    assert "action" in assert_problem(guide.act(number, "dance"), 422)["fields"]


@pytest.mark.clause("T637-6.1.6-a")
def test_the_second_claim_is_told_who_was_faster(city: Cast) -> None:
    number, _ = opened()
    assert staff(city.guide).act(number, "claim").status == 200
    body = assert_problem(staff(city.second_guide).act(number, "claim"), 409)
    assert "林引导" in body["detail"]
    assert body["state"] == "claimed"


def test_a_stale_form_is_told_so_and_told_the_new_version(city: Cast, item: Item) -> None:
    number, _ = opened()
    guide = staff(city.guide)
    seen = guide.act(number, "claim").body["version"]
    guide.act(number, "sort", need_summary="第一次整理")
    body = assert_problem(guide.act(number, "sort", need_summary="第二次整理", version=seen), 409)
    assert body["stale"] is True
    assert "还在" in body["detail"]
    assert guide.act(number, "sort", need_summary="第二次整理", version=body["version"]).status == 200


def test_a_refusal_by_a_condition_tells_what_is_allowed_as_the_case_does(city: Cast) -> None:
    number, citizen = opened()
    guide = staff(city.guide)
    guide.act(number, "claim")
    body = assert_problem(guide.act(number, "assign"), 409)
    assert body["allowed_actions"] == guide.get(f"/cases/{number}").body["allowed_actions"]
    body = assert_problem(citizen.act(number, "consent", agree=True), 409)
    assert body["allowed_actions"] == ["withdraw"]


def test_an_internal_note_is_marked_and_does_not_count_as_the_first_reply(city: Cast) -> None:
    number, _ = opened()
    guide = staff(city.guide)
    guide.act(number, "claim")
    said = guide.post(f"/cases/{number}/messages", {"text": "材料可能不齐", "internal": True})
    assert (said.status, said.body["internal"]) == (201, True)
    case = Case.objects.get(number=number)
    assert case.first_reply_at is None
    assert Event.objects.filter(record_id=case.id, kind="case.say").latest("position").visibility == "staff"
    said = guide.post(f"/cases/{number}/messages", {"text": "您好"})
    assert said.body["internal"] is False
    case.refresh_from_db()
    assert case.first_reply_at is not None
    assert Event.objects.filter(record_id=case.id, kind="case.say").latest("position").visibility == "user"


def test_who_asks_for_news_again_and_again_keeps_the_place(city: Cast) -> None:
    number, citizen = opened()
    last = citizen.get(f"/cases/{number}/messages").body["last"]
    assert last > 0
    assert citizen.get(f"/cases/{number}/messages?after={last}").body == {"messages": [], "last": last}


def test_lists_and_cases_name_the_stage_by_the_same_code(city: Cast) -> None:
    number, citizen = opened()
    assert citizen.get(f"/cases/{number}").body["stage"] == "consult"
    assert [row["stage"] for row in staff(city.guide).get("/cases?box=inbox").body["cases"]] == ["consult"]


@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "once"}])
def test_who_hands_a_case_back_hears_that_it_is_done(city: Cast, item: Item, headers: dict[str, str]) -> None:
    number, _ = opened()
    guide, below = staff(city.guide), staff(city.district_guide)
    guide.act(number, "claim")
    guide.act(number, "sort", **{**SORTED, "scope": "lower"}, item=item.code)
    unit = Body.objects.get(id=city.district_guide.unit_id)
    assert guide.act(number, "transfer_down", to=unit.code).status == 200
    done = below.post(f"/cases/{number}/actions/return", {"reason": "不属本区"}, **headers)
    assert (done.status, done.body["state"], done.body["timeline"]) == (200, "claimed", [])
    assert "transfer_down" in guide.get(f"/cases/{number}").body["allowed_actions"]
    assert_problem(below.get(f"/cases/{number}"), 404)
