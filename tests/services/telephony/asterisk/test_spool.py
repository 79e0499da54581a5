"""The spool keeps what was seen until it is taken, across a kill in the middle of a line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bangban.foundation.clocks.moment import now
from bangban.services.telephony.asterisk import spool as spools
from bangban.services.telephony.asterisk.spool import Spool
from bangban.services.telephony.events import ExchangeEvent
from tests.disk import watched


def event(n: int) -> ExchangeEvent:
    return ExchangeEvent(id=f"e{n}", call="c", kind="offered", at=now(), caller="13900000001")


def test_events_come_out_in_order_and_stay_until_they_are_taken(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([event(1), event(2)])
    spool.append([event(3)])
    first, place = spool.waiting(2)
    assert [one.id for one in first] == ["e1", "e2"]
    assert [one.id for one in spool.waiting(10)[0]] == ["e1", "e2", "e3"]
    spool.take(place)
    spool.close()
    again = Spool(tmp_path)
    rest, place = again.waiting(10)
    assert ([one.id for one in rest], again.filled.is_set()) == (["e3"], True)
    again.take(place)
    assert (again.waiting(10)[0], again.filled.is_set()) == ([], False)


@pytest.mark.parametrize("rest", [b"half a li", b"\xff"])
def test_a_torn_line_is_dropped_and_the_others_stay(tmp_path: Path, rest: bytes) -> None:
    spool = Spool(tmp_path)
    spool.append([event(1)])
    spool.close()
    with (tmp_path / "events").open("ab") as file:
        file.write(rest)
    again = Spool(tmp_path)
    again.append([event(2)])
    assert [one.id for one in again.waiting(10)[0]] == ["e1", "e2"]


def test_a_file_that_was_taken_wholly_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "EMPTY_AT", 100)
    spool = Spool(tmp_path)
    for n in range(5):
        spool.append([event(n)])
        found, place = spool.waiting(10)
        assert [one.id for one in found] == [f"e{n}"]
        spool.take(place)
        assert (tmp_path / "events").stat().st_size == 0


def test_a_line_that_cannot_be_read_is_put_aside_and_the_others_follow(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([event(1)])
    with (tmp_path / "events").open("ab") as file:
        file.write(b"AAAA\n")
    spool.append([event(2)])
    for _ in range(2):
        assert [one.id for one in spool.waiting(10)[0]] == ["e1", "e2"]
    assert (tmp_path / "unread").read_bytes() == b"AAAA\n"


def test_what_does_not_fit_on_the_disk_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool, write = Spool(tmp_path), os.write
    monkeypatch.setattr(spools.os, "write", lambda file, data: write(file, data[:20]))
    with pytest.raises(OSError, match="disk is full"):
        spool.append([event(1)])
    monkeypatch.undo()
    spool.append([event(2)])
    assert [one.id for one in spool.waiting(10)[0]] == ["e2"]


def test_a_second_process_on_the_same_spool_is_refused(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with pytest.raises(LookupError, match="Another adapter"):
        Spool(tmp_path)
    spool.close()
    Spool(tmp_path).close()


def test_after_a_power_cut_no_new_event_is_held_for_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "EMPTY_AT", 100)
    disk = watched(tmp_path, monkeypatch)
    spool = Spool(tmp_path / "spool")
    cut = os.ftruncate

    def emptying(handle: int, size: int) -> None:
        assert disk.left(tmp_path / "spool" / "taken") == b"0"
        cut(handle, size)

    spool.append([event(1)])
    assert disk.left(tmp_path / "spool" / "events")
    spool.take(1)
    monkeypatch.setattr(os, "ftruncate", emptying)
    spool.take(spool.waiting(10)[1])
    assert (tmp_path / "spool" / "events").stat().st_size == 0
    spool.close()
