"""Orders of the real hotline, followed from the ledger into matters."""

from __future__ import annotations

import pytest

from bangban.foundation.flows.reacting import followers
from bangban.foundation.jobs.following import catch_up
from bangban.services.hotline.actions import save, withdraw
from bangban.services.matters import reads
from bangban.services.matters.models import Matter, OrderSketch
from tests.hotline import make_hotline, opened_order, registered_order
from tests.services.matters.corpus import DUST

PHONES = ("13900000031", "13900000032", "13900000033")


@pytest.mark.clause("GB33358-5.2.3.1-b")
@pytest.mark.django_db(transaction=True)
def test_registered_orders_are_followed_into_one_matter_and_withdrawn_ones_are_forgotten(db: None) -> None:
    line = make_hotline()
    numbers = [
        registered_order(line, contact_phone=phone, title="", course=text, request=text, place="锦绣新城").number
        for phone, text in zip(PHONES, DUST, strict=False)
    ]
    catch_up()
    catch_up()
    matter = Matter.objects.get()
    assert (matter.size, matter.tellers, matter.kind) == (3, 3, "concentrated") and "锦绣新城" in matter.title
    assert {row.number for row in reads.orders_of(matter.number)} == set(numbers)
    writing = opened_order(line)
    save(line.agent, writing, {"request": DUST[3], "contact_phone": PHONES[0]})
    catch_up()
    assert not OrderSketch.objects.filter(order_number=writing).exists()
    likes = reads.like(DUST[3], "锦绣新城", leave_out=writing, center=line.center.id)
    assert {one.number for one in likes} == set(numbers) and likes[0].matter == matter.number
    withdraw(line.agent, numbers[0], "诉求人来电撤回")
    catch_up()
    assert set(OrderSketch.objects.values_list("order_number", flat=True)) == set(numbers[1:])


def test_the_follower_reads_registration_changes_withdrawals_and_merges() -> None:
    wanted = {"register", "save", "withdraw", "refuse", "merge", "unmerge"}
    assert followers()["matters"][0] == {f"order.{action}" for action in wanted}
