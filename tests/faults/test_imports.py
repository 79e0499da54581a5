"""Import files as they come: bad rows named, good rows landed, wrong encodings, long files in constant memory."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.faults.house import CLI, ROOT, House, memory_kb

pytestmark = pytest.mark.slow
HEAD = "id,question,answer,similar,unit,item,valid_from,valid_to\n"


def _count(house: House, prefix: str) -> int:
    return int(house.sql("SELECT count(*) FROM knowledge_entry WHERE external_id LIKE %s", prefix + "%")[0][0])


def test_bad_rows_are_named_and_good_rows_land(house: House, tmp_path: Path) -> None:
    path = tmp_path / "knowledge.jsonl"
    good = [{"id": f"b{n}", "question": f"第{n}个问题怎么办？", "answer": "到窗口办理。"} for n in range(3)]
    rows = [
        json.dumps(good[0]),
        "{broken",
        json.dumps({"id": "b9", "question": ""}),
        json.dumps(good[1]),
        "[]",
        json.dumps(good[2]),
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    done = house.bangban("import", "knowledge", str(path), check=False)
    assert done.returncode == 2
    assert [line.split(":")[1] for line in done.stderr.splitlines() if line.startswith("knowledge.jsonl:")] == [
        "2",
        "3",
        "5",
    ]
    assert "3 added" in done.stdout
    assert _count(house, "b") == 3
    again = house.bangban("import", "knowledge", str(path), check=False)
    assert "0 added" in again.stdout
    assert "3 unchanged" in again.stdout
    assert _count(house, "b") == 3


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_the_usual_encodings_are_read_or_refused_with_a_reason(house: House, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / f"knowledge-{encoding}.csv"
    path.write_bytes((HEAD + f"e-{encoding},怎么办理居住证？,带身份证到派出所。,,,,,\n").encode(encoding))
    done = house.bangban("import", "knowledge", str(path), check=False)
    assert "Traceback" not in done.stderr
    if done.returncode == 0:
        assert _count(house, f"e-{encoding}") == 1
    else:
        assert _count(house, f"e-{encoding}") == 0
        assert done.stderr.strip()


def test_a_file_that_is_no_text_is_refused_with_a_reason(house: House, tmp_path: Path) -> None:
    path = tmp_path / "knowledge.csv"
    path.write_bytes(os.urandom(200_000))
    done = house.bangban("import", "knowledge", str(path), check=False)
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
    missing = house.bangban("import", "knowledge", str(tmp_path / "nothing.csv"), check=False)
    assert (missing.returncode, "Traceback" in missing.stderr) == (1, False)


def test_a_long_file_is_imported_in_constant_memory(house: House, tmp_path: Path) -> None:
    # A million rows take about half an hour; BANGBAN_TEST_ROWS=1000000 asks for them.
    rows = int(os.environ.get("BANGBAN_TEST_ROWS", "50000"))
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for n in range(rows):
            file.write(f"m{n},第{n}号事项怎么办理？,带身份证到第{n % 97}号窗口办理，五个工作日办结。,{n}号怎么办,,,,\n")
    began = time.monotonic()
    marks: list[tuple[float, int]] = []
    with subprocess.Popen(
        [*CLI, "import", "knowledge", str(path)], env=house.env, cwd=ROOT, stdout=subprocess.PIPE
    ) as child:
        memory = memory_kb(child.pid)
        while child.poll() is None:
            time.sleep(0.5)
            try:
                marks.append((time.monotonic() - began, next(memory)))
            except (OSError, ValueError, IndexError, StopIteration):
                break
        assert child.stdout
        said = child.stdout.read().decode()
        code = child.wait()
    took = time.monotonic() - began
    assert code == 0, said
    assert _count(house, "m") == rows
    half = [kb for at, kb in marks if at > took * 0.3]
    print(f"\n{rows} rows in {took:.0f} s, {rows / took:.0f} rows/s, memory {min(half)}-{max(half)} kB")  # noqa: T201 - the figure is what the test is asked for
    assert max(half) - min(half) < 150_000, f"memory grows with the file: {min(half)} to {max(half)} kB"
