"""What happens after the commit: first turn of the assistant, text messages, the follow-up question."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.clocks.sweep import sweep
from bangban.foundation.jobs.following import catch_up, stuck
from bangban.foundation.notify.models import Delivery
from bangban.services.assistant.shelf import shelf
from bangban.services.cases import actions
from bangban.services.cases.models import Case
from bangban.services.conversation.models import Message
from tests.cast import make_city
from tests.goods import published_items
from tests.services.cases.steps import closed, opened


@pytest.mark.clause("T637-8.2-a")
def test_a_case_opened_without_the_assistant_gets_its_first_turn(transactional_db: None) -> None:
    make_city()
    published_items("失业保险金申领")
    shelf.clear()
    number, _ = opened(question="失业保险金申领")
    catch_up()
    case = Case.objects.get(number=number)
    turn = Message.objects.get(record_id=case.id, party="assistant")
    assert "失业保险金申领" in turn.text
    catch_up()
    assert Message.objects.filter(record_id=case.id, party="assistant").count() == 1


@pytest.mark.clause("T637-8.4")
def test_the_person_is_told_by_text_message_once(transactional_db: None) -> None:
    city = make_city()
    number, _ = opened()
    actions.claim(city.guide, number)
    catch_up()
    catch_up()
    assert stuck() == []
    purposes = sorted(Delivery.objects.values_list("purpose", flat=True))
    assert purposes == ["case_progress", "case_progress"]


@pytest.mark.clause("T637-8.5-a")
def test_after_the_follow_up_time_the_person_is_asked_for_the_result(transactional_db: None) -> None:
    city = make_city()
    (item,) = published_items("失业保险金申领")
    number, _ = closed(city, item)
    assert Case.objects.get(number=number).state == "closed"
    stand_at(now() + timedelta(days=9))
    sweep(now())
    catch_up()
    assert Case.objects.get(number=number).state == "following"
