"""A backup is proved by restoring it; the ledger tells what somebody changed by SQL."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bangban.machinery.postgres import EmbeddedPostgres
from tests.faults.house import House

pytestmark = pytest.mark.slow


def _say(house: House, number: str, code: str, text: str) -> None:
    answer = house.ask("POST", f"/api/v1/cases/{number}/messages", {"text": text}, X_Case_Token=code)
    assert answer.status == 201


@pytest.mark.clause("GB33358-4.2.4-i")
def test_a_backup_comes_back_whole_with_readable_words(house: House, tmp_path: Path) -> None:
    house.serve()
    number, code = house.opened()
    _say(house, number, code, "备份之前说的话")
    upload = house.data / "uploads" / "ab" / "abcd"
    upload.parent.mkdir(parents=True, exist_ok=True)
    upload.write_bytes(b"%PDF-1.7 file")
    copy = tmp_path / "copy"
    house.bangban("backup", str(copy))
    assert (copy / "MANIFEST.json").exists()
    again = house.bangban("backup", str(copy), check=False)
    assert again.returncode == 1, "an older backup would be overwritten"
    data = tmp_path / "restored"
    with EmbeddedPostgres(data) as server:
        told = {"DATA": str(data), "BANGBAN_DATABASE_URL": server.url}
        house.bangban("restore", str(copy), **told)
        assert "whole" in house.bangban("ledger", "verify", **told).stdout
        assert (data / "uploads" / "ab" / "abcd").read_bytes() == b"%PDF-1.7 file"
        script = (
            "from bangban.upkeep import open_house; open_house();"
            "from bangban.services.conversation.models import Message;"
            "print([m.text for m in Message.objects.all()])"
        )
        assert "备份之前说的话" in house.run([sys.executable, "-c", script], **told, PYTHONIOENCODING="utf-8").stdout
        assert house.bangban("restore", str(copy), check=False, **told).returncode == 1
        script = (
            "from bangban.upkeep import open_house; open_house();"
            "from bangban.foundation.access.models import SecurityEvent;"
            "print(list(SecurityEvent.objects.filter(kind='restored').values_list('detail', flat=True)))"
        )
        assert " s'" in house.run([sys.executable, "-c", script], **told).stdout, "how long it took is kept"
    house.bangban("restore", str(tmp_path / "nothing"), check=False)


@pytest.mark.clause("GB33358-4.2.4-i")
def test_a_backup_that_was_touched_is_not_restored(house: House, tmp_path: Path) -> None:
    house.serve()
    house.opened()
    copy = tmp_path / "copy"
    house.bangban("backup", str(copy))
    (copy / "secret-key").write_bytes(b"another key that nobody knows....")
    data = tmp_path / "restored"
    with EmbeddedPostgres(data) as server:
        done = house.bangban("restore", str(copy), check=False, DATA=str(data), BANGBAN_DATABASE_URL=server.url)
    assert done.returncode == 1
    assert "secret-key" in done.stderr


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_event SET actor_name = 'somebody else' WHERE number = '{number}'",
        "UPDATE cases_case SET chain_length = chain_length + 1 WHERE number = '{number}'",
        "DELETE FROM ledger_event WHERE number = '{number}' AND position = 1",
    ],
)
def test_verify_finds_what_somebody_changed_by_sql(house: House, change: str) -> None:
    house.serve()
    number, code = house.opened()
    _say(house, number, code, "在吗")
    assert house.bangban("ledger", "verify").returncode == 0
    table = "ledger_event" if "ledger_event" in change else "cases_case"
    house.sql("CREATE TABLE kept AS SELECT * FROM " + table + f" WHERE number = '{number}'")
    try:
        house.sql("SET session_replication_role = replica; " + change.format(number=number))
        done = house.bangban("ledger", "verify", check=False)
        assert done.returncode == 1
        assert "BROKEN" in done.stdout
        assert number in done.stdout
    finally:
        house.sql(
            f"SET session_replication_role = replica; DELETE FROM {table} WHERE number = '{number}';"
            " INSERT INTO " + table + " SELECT * FROM kept; DROP TABLE kept"
        )
    assert house.bangban("ledger", "verify").returncode == 0


def test_keys_kept_elsewhere_are_in_the_backup_and_come_back_there(house: House, tmp_path: Path) -> None:
    keys, copy, data = tmp_path / "keys" / "k.json", tmp_path / "copy", tmp_path / "restored"
    keys.parent.mkdir()
    keys.write_text("the keys")
    house.bangban("backup", str(copy), BANGBAN_KEY_FILE=str(keys))
    assert (copy / "field-keys.json").read_text() == "the keys"
    assert copy.stat().st_mode & 0o077 == 0
    told = {"DATA": str(data), "BANGBAN_KEY_FILE": str(tmp_path / "elsewhere" / "k.json")}
    with EmbeddedPostgres(data) as server:
        told["BANGBAN_DATABASE_URL"] = server.url
        house.bangban("restore", str(copy), **told)
        assert (tmp_path / "elsewhere" / "k.json").read_text() == "the keys"
        (tmp_path / "elsewhere" / "k.json").unlink()
        (data / "secret-key").unlink()
        again = house.bangban("restore", str(copy), check=False, **told)
        assert again.returncode == 1, "the database is not empty"
        assert "Traceback" not in again.stderr
        assert not (tmp_path / "elsewhere" / "k.json").exists()
