"""The adapter with the house itself: agents at their seats, commands from the desk, events in the database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction

from bangban.registry.org.models import Staff
from bangban.services.telephony.actions import set_up_seat, sign_in
from bangban.services.telephony.asterisk.adapter import Adapter
from bangban.services.telephony.asterisk.commands import Commands
from bangban.services.telephony.asterisk.names import bridge_of
from bangban.services.telephony.asterisk.settings import Settings, settings_of
from bangban.services.telephony.exchange import exchange
from bangban.services.telephony.models import Call, ExchangeCommand
from bangban.services.telephony.reads import seat_of, waiting_now
from tests.cast import add_staff, make_city
from tests.services.telephony.asterisk.fake_ari import PASSWORD, USER, FakeAri, until


@contextmanager
def adapter(ari: FakeAri, folder: Path) -> Iterator[Adapter]:
    found = Adapter(Settings(url=ari.url, user=USER, password=PASSWORD), folder)
    thread = threading.Thread(target=_run, args=(found,))
    thread.start()
    try:
        until(lambda: ari.sockets)
        yield found
    finally:
        found.end()
        thread.join(60)


def _run(found: Adapter) -> None:
    from django.db import connection

    found.run()
    connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("GB33358-4.2.3-b", "GB33358-5.2.1.2")
def test_a_call_finds_an_agent_who_speaks_its_language_and_follows_the_desk(tmp_path: Path) -> None:
    make_city()
    head = add_staff("rx", "曾经理", "gz", "hotline_manager")
    plain, speaker = (
        add_staff("hw1", "冯话务", "gz", "hotline_agent"),
        add_staff("hw2", "岑话务", "gz", "hotline_agent"),
    )
    Staff.objects.filter(id=plain.staff_id).update(languages=["mandarin"])
    Staff.objects.filter(id=speaker.staff_id).update(languages=["mandarin", "cantonese"])
    number = Staff.objects.get(id=speaker.staff_id).work_number
    with FakeAri() as ari, adapter(ari, tmp_path):
        call = ari.incoming("13900000001", "12345", "language=cantonese")
        until(lambda: [one.language for one in waiting_now()] == ["cantonese"])
        with transaction.atomic():
            for n, agent in enumerate((plain, speaker)):
                set_up_seat(head, f"Z{n}")
                sign_in(agent, f"Z{n}")
        phone = until(lambda: ari.channel_of("agent"))
        assert f"~agent~{number}~" in phone
        ari.ring(phone)
        until(lambda: (seat := seat_of(speaker.staff_id or 0)) and seat.state == "ringing")
        ari.pick_up(phone)
        until(lambda: Call.objects.filter(exchange_id=call, outcome="talking").exists())
        desk = exchange()
        desk.hold(call)
        until(lambda: Call.objects.filter(exchange_id=call, on_hold=True).exists())
        desk.resume(call)
        desk.join(call, "12350", "unit")
        unit = until(lambda: ari.channel_of("unit", "12350"))
        ari.pick_up(unit)
        until(lambda: unit in ari.bridges[bridge_of(call)])
        desk.hang_up(call)
        until(lambda: Call.objects.filter(exchange_id=call, outcome="answered").exists())
        desk.transfer(call, "96123")
        until(lambda: ExchangeCommand.objects.filter(done_at=None).count() == 0)
    row = Call.objects.get(exchange_id=call)
    assert (row.agent_id, row.language_met, row.phone) == (speaker.staff_id, True, "13900000001")
    problems = list(ExchangeCommand.objects.order_by("id").values_list("kind", "problem"))
    assert problems == [
        ("hold", ""), ("resume", ""), ("join", ""), ("hang_up", ""), ("transfer", "这通电话还没有接通或已经结束。")
    ]  # fmt: skip


def test_an_address_names_server_user_and_application(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings_of("ari://u%40x:p%2Fw@pbx.example:8089/line")
    assert (found.url, found.user, found.password, found.app) == ("http://pbx.example:8089", "u@x", "p/w", "line")
    assert found.socket == "ws://pbx.example:8089/ari/events?app=line"
    assert "p/w" not in repr(found)
    monkeypatch.setenv("BANGBAN_ARI_USER", "house")
    monkeypatch.setenv("BANGBAN_ARI_LANGUAGES", "02012346=cantonese, 02012347=english")
    plain = settings_of("https://pbx.example")
    assert (plain.url, plain.user, plain.app) == ("https://pbx.example:8088", "house", "bangban")
    assert plain.socket.startswith("wss://pbx.example:8088/")
    assert plain.languages == {"02012346": "cantonese", "02012347": "english"}
    with pytest.raises(LookupError, match="no address"):
        settings_of("pbx.example:8088")
    monkeypatch.setenv("BANGBAN_EXCHANGE_URL", "ari://u:p@127.0.0.1:1/bangban")
    assert isinstance(exchange(), Commands)
