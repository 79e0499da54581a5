"""What every hotline starts with, and what an agent has beside the form."""

from __future__ import annotations

import pytest

from bangban.foundation.access.actors import SYSTEM
from bangban.registry.knowledge.actions import retire_phrase, save_phrase
from bangban.registry.knowledge.reads import forget as forget_wording
from bangban.services.hotline.actions import save
from bangban.services.hotline.actions.catalogue import save_category
from bangban.services.hotline.defaults import PATHS, classes, install_hotline
from bangban.services.hotline.models import Category, VisitPolicy, WorkOrder
from bangban.services.hotline.phrases import SITUATIONS, key_of
from bangban.services.hotline.reads.catalogue import categories
from bangban.services.hotline.reads.talk import all_phrases, path_for, talk
from bangban.services.hotline.terms import Refusal
from tests.hotline import NOISE, Hotline, opened_order, registered_order

REQUIRED = {
    "greeting", "ask_need", "hold", "resume", "transfer", "three_party", "confidential", "read_back", "agreed_reply",
    "emotional", "end", "visit_opening", "visit_end",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_old_wording() -> None:
    forget_wording()


def test_the_tree_that_ships_has_twelve_classes_and_their_leaves_and_every_parent() -> None:
    codes = {one.code for one in classes()}
    assert len({code for code in codes if code.endswith("0000")}) == 12
    assert 40 <= len({code for code in codes if not code.endswith("00")}) <= 65
    assert all(code[:2] + "0000" in codes and (code[4:] == "00" or code[:4] + "00" in codes) for code in codes)
    assert len(codes) == len(classes())


def test_installing_adds_what_is_missing_and_leaves_what_was_changed(line: Hotline) -> None:
    install_hotline()
    assert Category.objects.filter(code__in=[one.code for one in classes()]).count() == len(classes())
    assert set(VisitPolicy.objects.filter(direct=True, share=10).values_list("kind", flat=True)) == {
        "consultation", "query", "praise",
    }  # fmt: skip
    assert set(VisitPolicy.objects.filter(share=100).values_list("kind", "direct")) == {("", True), ("", False)}
    save_category(line.manager, "050101", "摊贩")
    save_phrase(key_of("greeting"), key_of("greeting"), "您好，{agent_number}号。", SYSTEM)
    retire_phrase(key_of("silent"), SYSTEM)
    install_hotline()
    assert next(one for one in categories() if one.code == "050101").name == "摊贩"
    assert "silent" not in {one.situation.removeprefix("hotline.") for one in all_phrases()}
    assert "您好，{agent_number}号。" in {one.text for one in all_phrases()}


@pytest.mark.clause("GB33358-A", "GB33358-4.3.2-e")
def test_each_situation_has_an_approved_phrase_that_the_screen_fills(line: Hotline) -> None:
    assert {one.code for one in SITUATIONS} >= REQUIRED
    install_hotline()
    assert {one.situation for one in all_phrases()} == {key_of(one.code) for one in SITUATIONS}
    number = opened_order(line)
    first = talk(WorkOrder.objects.get(number=number))
    assert "801号话务员" in next(one.text for one in first.phrases if one.situation == "greeting")
    assert all("{" not in one.text for one in first.phrases)
    save(line.agent, number, {"kind": "complaint", "request": "打桩声很大", "urgency": "emergency"})
    now = talk(WorkOrder.objects.get(number=number), {"dial": "119"})
    assert now.phrases[0].situation == "confidential"
    assert {"emergency", "read_back"} <= {one.situation for one in now.phrases}
    assert any("119" in one.text for one in now.phrases)
    assert any("打桩声很大" in one.text for one in now.phrases)


@pytest.mark.clause("GB33358-5.1.2.4-a")
def test_guiding_questions_of_matter_and_class_show_what_is_still_open(line: Hotline) -> None:
    number = opened_order(line)
    save(line.agent, number, {"kind": "help_request", "category": NOISE, "place": "幸福路", "skip.site": "说不清"})
    asked = {one.field: one for one in talk(WorkOrder.objects.get(number=number)).questions}
    assert set(asked) == {"happened", "place", "course", "present_state", "request", "fact.site", "fact.hours"}
    assert {field for field, one in asked.items() if one.open} == {
        "happened", "course", "present_state", "request", "fact.hours",
    }  # fmt: skip
    assert asked["fact.site"].reason == "说不清"


def test_each_refusal_has_a_path_to_be_told() -> None:
    assert set(PATHS) == set(Refusal)
    assert all(path_for(refusal).endswith("。") for refusal in Refusal.values)
    assert path_for("whim") == ""


def test_every_state_has_phrases(line: Hotline) -> None:
    install_hotline()
    order = registered_order(line)
    for state in ("registering", "registered", "dispatched", "completed", "archived"):
        order.state = state
        assert talk(order).phrases
