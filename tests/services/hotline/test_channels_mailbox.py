"""The mailbox: each letter an order or kept aside, none lost and none twice (GB33358-3.2, 5.1.2.3-d)."""

from __future__ import annotations

import base64
import imaplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.moment import stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.notify.models import Delivery
from bangban.services.hotline import mailbox
from bangban.services.hotline.actions.aside import register_aside, set_aside, settle_aside
from bangban.services.hotline.actions.incoming import Incoming
from bangban.services.hotline.letters import Letter, Unreadable, letter_of
from bangban.services.hotline.mailbox import Pulled, pull, pull_mailbox
from bangban.services.hotline.models import AsideMessage, IntakeMessage, WorkOrder
from bangban.services.hotline.reads.aside import aside, aside_count, aside_letter
from bangban.services.hotline.reads.messages import files, originals
from tests.hotline import Hotline, make_hotline
from tests.services.hotline.clips import PNG
from tests.services.hotline.fake_mailbox import Mailbox, Server

ARRIVED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday, 17:00 in the city
LATER = ARRIVED + timedelta(minutes=1)


def letter(
    text: str = "门口的路灯坏了三天。", subject: str = "路灯", sender: str = "李四 <Li@Example.org>", **heads: str
) -> bytes:
    made = EmailMessage()
    made["From"], made["Subject"], made["To"] = sender, subject, "12345@example.gov"
    made["Message-ID"] = heads.pop("id", f"<{abs(hash((text, subject)))}@example.org>")
    made["Date"] = "Fri, 20 Nov 2026 16:59:00 +0800"
    for name, value in heads.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return bytes(made)


@pytest.fixture
def line(db: None) -> Hotline:
    return make_hotline(LATER)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    found = Mailbox()
    server = Server(found)
    yield found
    server.close()


@pytest.mark.clause("GB33358-3.2")
@pytest.mark.clause("GB33358-5.1.2.3-d")
def test_a_letter_becomes_an_order_whose_24_hours_begin_when_the_mail_server_got_it(
    line: Hotline, box: Mailbox
) -> None:
    box.letters = [letter()]
    assert pull(box.url) == Pulled(taken=1)
    order = WorkOrder.objects.get()
    assert (order.source, order.received_at, order.request) == ("mailbox", ARRIVED, "门口的路灯坏了三天。")
    assert Clock.objects.get(record_id=order.id).due_at == ARRIVED + timedelta(hours=24)
    (kept,) = originals(line.agent, order.number)
    assert kept.sent_at == ARRIVED - timedelta(minutes=1) and kept.sender == "l***@example.org"
    assert Delivery.objects.get().address == "li@example.org"
    assert box.seen == {1}


def test_what_was_taken_is_not_taken_again_even_when_marking_failed(line: Hotline, box: Mailbox) -> None:
    box.letters, box.break_on_store = [letter()], True
    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        pull(box.url)
    box.break_on_store = False
    assert pull(box.url) == Pulled(taken=1)
    assert pull(box.url) == Pulled()
    assert WorkOrder.objects.count() == 1


def test_pictures_come_along_and_what_may_not_be_stored_is_kept_aside_and_named(line: Hotline, box: Mailbox) -> None:
    made = EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = "li@example.org", "井盖", "<a@example.org>"
    made.set_content("井盖破了")
    made.add_attachment(PNG, maintype="image", subtype="png", filename="井盖.png")
    made.add_attachment(b"MZ\x90" * 50, maintype="application", subtype="octet-stream", filename="看图.exe")
    box.letters = [bytes(made)]
    assert pull(box.url).taken == 1
    order = WorkOrder.objects.get()
    assert [(one.name, one.media_type) for one in files(line.agent, order.number)] == [("井盖.png", "image/png")]
    assert "看图.exe" in AsideMessage.objects.get().why


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"\xff\xfe not a letter", "没有可识别的发件人"),
        (letter("", subject=""), "没有内容"),
        (letter(sender="nobody"), "没有可识别的发件人"),
        (letter(Auto_Submitted="auto-replied"), "自动发出的邮件"),
        (letter(Precedence="bulk"), "自动发出的邮件"),
        (letter(Return_Path="<>"), "自动发出的邮件"),
    ],
)
def test_what_cannot_be_an_order_is_kept_whole_with_the_reason(
    line: Hotline, box: Mailbox, raw: bytes, why: str
) -> None:
    box.letters = [raw, letter()]
    assert pull(box.url) == Pulled(taken=1, aside=1)
    row = AsideMessage.objects.get()
    assert why in row.why
    assert base64.b64decode(row.raw) == raw
    assert aside_count() == 1 and aside(line.agent)[0].why == row.why
    assert "1 letters of the hotline's mailbox" in Client().get("/healthz").content.decode()
    assert [row.address for row in Delivery.objects.all()] == ["li@example.org"]


def test_a_letter_that_is_too_large_stays_in_the_mailbox_and_is_told(line: Hotline, box: Mailbox) -> None:
    box.letters, box.told_size = [letter()], {1: 31 * 1024 * 1024}
    assert pull(box.url) == Pulled(aside=1)
    assert "超过30MB" in AsideMessage.objects.get().why
    assert not any(what == "(BODY.PEEK[])" for what in box.fetched)


def test_what_was_set_aside_waits_until_somebody_of_the_hotline_says_what_was_done(line: Hotline) -> None:
    row = set_aside(b"x", "邮件没有内容。")
    assert set_aside(b"x", "又来了") == row
    with pytest.raises(NotYours):
        settle_aside(line.builder, row.id, "已登记")
    with pytest.raises(Incomplete):
        settle_aside(line.agent, row.id, "")
    settle_aside(line.agent, row.id, "已电话联系发件人并登记")
    assert aside_count() == 0
    with pytest.raises(NotYours):
        aside(line.builder)


def test_a_letter_set_aside_by_mistake_is_registered_once_with_its_words_and_the_way_back(line: Hotline) -> None:
    raw = letter("我家楼下施工太吵。", subject="噪声", Precedence="bulk")
    row = set_aside(raw, "自动发出的邮件")
    with pytest.raises(NotYours):
        register_aside(line.builder, row.id)
    order = register_aside(line.agent, row.id)
    assert (order.source, order.title, order.contact_name, order.wished_reply) == ("mailbox", "噪声", "李四", "mail")
    assert "我家楼下施工太吵。" in order.request
    assert IntakeMessage.objects.get(order=order).sender == "li@example.org"
    assert order.number in aside_letter(line.agent, row.id).settled_how
    with pytest.raises(NotAllowed, match="已经处理"):
        register_aside(line.agent, row.id)
    again = set_aside(raw + b" ", "附件没有收下")
    with pytest.raises(NotAllowed, match=order.number):
        register_aside(line.agent, again.id)
    assert WorkOrder.objects.count() == 1


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe not a letter", b"From: nobody\nContent-Type: multipart/mixed\n\nx"])
def test_any_bytes_that_were_set_aside_can_be_looked_at_and_registered(line: Hotline, raw: bytes) -> None:
    row = set_aside(raw, "无法识别")
    assert aside_letter(line.agent, row.id).raw == raw
    assert register_aside(line.agent, row.id).source == "mailbox"


def test_the_chore_pulls_only_when_a_mailbox_is_named(
    line: Hotline, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.letters = [letter()]
    monkeypatch.delenv(mailbox.VARIABLE, raising=False)
    assert pull_mailbox(LATER) == 0
    monkeypatch.setenv(mailbox.VARIABLE, box.url)
    assert pull_mailbox(LATER) == 1


@pytest.mark.parametrize("url", ["http://x/INBOX", "imap:///INBOX", "imap://host/INBOX"])
def test_a_wrong_address_says_what_it_should_be(url: str) -> None:
    with pytest.raises(ValueError, match="imaps://user:password@host/INBOX"):
        pull(url)


def test_a_wrong_password_is_an_error_of_the_chore_and_nothing_is_marked(line: Hotline, box: Mailbox) -> None:
    box.letters = [letter()]
    with pytest.raises(imaplib.IMAP4.error):
        pull(box.url.replace("secret", "wrong"))
    assert box.seen == set()


def test_a_letter_older_than_ninety_days_is_kept_aside(line: Hotline, box: Mailbox) -> None:
    box.letters, box.arrived = [letter()], "01-Jan-2026 10:00:00 +0800"
    assert pull(box.url) == Pulled(aside=1)
    assert not IntakeMessage.objects.exists()


def test_letters_in_old_charsets_and_pages_are_read() -> None:
    old = (
        b"From: a@b.cn\r\nSubject: =?gb2312?B?wre1xg==?=\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n"
        + "坏了".encode("gb2312")
    )
    assert (letter_of(old).subject, letter_of(old).text) == ("路灯", "坏了")
    odd = b"From: a@b.cn\r\nContent-Type: text/plain; charset=x-unknown\r\n\r\n" + "坏了".encode("gb18030")
    assert letter_of(odd).text == "坏了"
    page = (
        b"From: a@b.cn\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<style>x</style><p>"
        + "路灯</p><div>坏了</div>".encode()
    )
    assert letter_of(page).text == "路灯\n坏了"


def test_a_letter_sent_in_the_future_keeps_no_time_of_sending(line: Hotline, box: Mailbox) -> None:
    stand_at(ARRIVED)
    box.letters = [letter().replace(b"Fri, 20 Nov 2026 16:59", b"Fri, 20 Nov 2030 16:59")]
    pull(box.url)
    assert IntakeMessage.objects.get().sent_at is None


@given(st.one_of(st.binary(max_size=600), st.binary(max_size=300).map(lambda tail: letter()[:200] + tail)))
@settings(max_examples=300, deadline=None)
def test_no_bytes_at_all_break_the_reader(raw: bytes) -> None:
    try:
        assert isinstance(letter_of(raw), Letter)
    except Unreadable as unreadable:
        assert str(unreadable)


@pytest.mark.parametrize(("charset", "body"), [("utf-7", b"hello +2AA- end"), ("unicode_escape", b"hello \\ud800 end")])
def test_characters_that_no_text_can_hold_do_not_hold_up_the_letters_behind_them(
    line: Hotline, box: Mailbox, charset: str, body: bytes
) -> None:
    head = f"From: a@example.org\r\nSubject: x\r\nContent-Type: text/plain; charset={charset}\r\n\r\n"
    box.letters = [head.encode() + body, letter()]
    assert pull(box.url) == Pulled(taken=2)
    assert box.seen == {1, 2}
    texts = {row.text for row in IntakeMessage.objects.all()}
    assert any(text.startswith("hello") and text.endswith("end") for text in texts)


def test_a_letter_that_nobody_foresaw_is_kept_aside_and_the_others_are_taken(
    line: Hotline, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    taking = mailbox.receive_message

    def receive(message: Incoming) -> WorkOrder:
        if message.subject == "坏的":
            raise RuntimeError("unforeseen")
        return taking(message)

    monkeypatch.setattr(mailbox, "receive_message", receive)
    box.letters = [letter(subject="坏的"), letter(subject="好的")]
    assert pull(box.url) == Pulled(taken=1, aside=1)
    assert "没有能自动登记" in AsideMessage.objects.get().why


def test_a_letter_that_the_server_did_not_hand_out_is_asked_for_again(line: Hotline, box: Mailbox) -> None:
    box.letters, box.withheld = [letter(subject="路灯"), letter(subject="积水")], {1}
    assert pull(box.url) == Pulled(taken=1)
    assert (box.seen, AsideMessage.objects.count()) == ({2}, 0)
    box.withheld = set()
    assert pull(box.url) == Pulled(taken=1)
    assert box.seen == {1, 2}
