"""The exchange is asked after the deed stands: nothing rings before, no lock waits for it, and its refusal is said."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import close_old_connections, connection, transaction

from bangban.foundation.clocks import moment
from bangban.foundation.clocks.moment import now
from bangban.foundation.ledger.models import Event
from bangban.services.hotline.actions import handling
from bangban.services.hotline.actions.emergencies import put_through
from bangban.services.hotline.reads import order_view
from bangban.services.hotline.reads.story import timeline
from bangban.services.telephony.actions.commanding import give_up
from bangban.services.telephony.asterisk.notes import carry_out
from bangban.services.telephony.asterisk.settings import Settings
from bangban.services.telephony.commands import waiting_commands
from bangban.services.telephony.exchange import Unreachable
from bangban.services.telephony.models import ExchangeCommand
from tests.hotline import PHONE, Hotline, make_hotline
from tests.services.hotline.test_three_party import consulting
from tests.services.hotline.ways import handled, line_problem, load, told_of


class Exchange:
    """An exchange that does as it is told in `ring`, and remembers who was rung."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self.ring, self.rung = ring, list[str]()
        self.settings = Settings(url="http://localhost:8088")

    def call_as(self, call: str, number: str, agent: str, *, mark: str) -> None:
        self.rung.append(call)
        self.ring()

    def transfer(self, call: str, number: str, *, mark: str) -> None:
        self.ring()


def refuse() -> None:
    raise Unreachable(f"电话交换机没有响应{PHONE}。")


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("GB33358-5.1.2.6")
def test_a_slow_exchange_keeps_nobody_from_the_order() -> None:
    line = make_hotline()
    number = handled(line)
    asked, answer = threading.Event(), threading.Event()

    def slowly() -> None:
        asked.set()
        assert answer.wait(120)
        refuse()

    line_of = Exchange(slowly)

    def adapter() -> None:
        try:
            carry_out(line_of)  # type: ignore[arg-type]
        finally:
            close_old_connections()
            connection.close()

    name = handling.contact(line.builder, number)
    thread = threading.Thread(target=adapter)
    thread.start()
    try:
        assert asked.wait(60)
        with transaction.atomic():
            with connection.cursor() as cursor:
                # Of this transaction only: the connection goes back into the pool, to tests that have to wait.
                cursor.execute("SET LOCAL lock_timeout = '20s'")
            handling.discuss(line.builder, number, "先核实工地的许可。")
        assert line_of.rung == [name]
        assert line_problem(line.builder, load(number).id) == ""
    finally:
        answer.set()
        thread.join(60)
    assert "没有拨出" in line_problem(line.builder, load(number).id)


def test_nothing_is_rung_before_the_deed_stands_nor_when_it_falls(line: Hotline) -> None:
    number, line_of = handled(line), Exchange(lambda: None)
    with pytest.raises(RuntimeError), transaction.atomic():
        handling.contact(line.builder, number)
        assert ExchangeCommand.objects.count() == 1
        assert line_of.rung == []
        raise RuntimeError
    assert carry_out(line_of) == 0  # type: ignore[arg-type]
    assert line_of.rung == []
    name = handling.contact(line.builder, number)
    assert carry_out(line_of) == 1  # type: ignore[arg-type]
    assert line_of.rung == [name]
    assert ExchangeCommand.objects.get().done_at is not None


@pytest.mark.clause("GB33358-5.1.2.6")
def test_an_exchange_that_fails_leaves_what_to_do_instead_without_the_number(line: Hotline) -> None:
    number = handled(line)
    order = load(number)
    handling.contact(line.builder, number)
    carry_out(Exchange(refuse))  # type: ignore[arg-type]
    said = line_problem(line.builder, order.id)
    assert said == "电话没有拨出。电话交换机没有响应。请稍后再拨，或改用短信联系诉求人。"
    event = Event.objects.get(number=number, kind="order.line_refused")
    assert (event.visibility, event.data["wish"]) == ("staff", "call")
    assert PHONE not in repr(event.data)
    assert said in [one.text for one in timeline(load(number), staff=True)]
    assert said not in repr(timeline(load(number), staff=False))
    assert line_problem(line.manager, order.id) == line_problem(line.second_builder, order.id) == ""
    assert order_view(line.builder, number).state == "handling"
    handling.contact(line.builder, number, "sms", "请问哪天方便到现场？")
    assert line_problem(line.builder, order.id) == ""


@pytest.mark.clause("GB33358-3.1")
def test_a_caller_who_could_not_be_put_through_is_told_to_dial(line: Hotline) -> None:
    number, _ = consulting(line)
    assert put_through(line.agent, number, "119")
    carry_out(Exchange(refuse))  # type: ignore[arg-type]
    assert line_problem(line.agent, load(number).id).endswith("请诉求人立即直接拨打119。")


@pytest.mark.usefixtures("own_pace")
def test_a_wish_is_given_up_after_a_minute_unless_the_exchange_has_told_of_the_call(line: Hotline) -> None:
    silent, told = handled(line), handled(line)
    handling.contact(line.builder, silent)
    name = handling.contact(line.builder, told)
    moment.stand_at(now() + timedelta(seconds=59))
    assert give_up(now()) == 0
    told_of(name)
    moment.stand_at(now() + timedelta(seconds=2))
    line_of: Any = Exchange(lambda: None)
    assert give_up(now()) == 2
    assert waiting_commands() == []
    assert "一分钟内没有应答" in line_problem(line.builder, load(silent).id)
    assert line_problem(line.builder, load(told).id) == ""
    handling.contact(line.builder, silent)
    moment.stand_at(now() + timedelta(seconds=61))
    carry_out(line_of)
    assert line_of.rung == []
    assert "一分钟内没有应答" in line_problem(line.builder, load(silent).id)


def test_what_is_wished_on_an_order_that_ended_meanwhile_is_closed_all_the_same(line: Hotline) -> None:
    number = handled(line)
    handling.contact(line.builder, number)
    order = load(number)
    type(order).objects.filter(id=order.id).update(state="withdrawn")
    carry_out(Exchange(refuse))  # type: ignore[arg-type]
    assert waiting_commands() == []
    assert not Event.objects.filter(number=number, kind="order.line_refused").exists()
