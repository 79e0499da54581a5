"""A huge upload is refused while it arrives, in flat memory; a wrong type is refused with what is allowed."""

from __future__ import annotations

import contextlib
import io
import select
import socket
import zipfile

import pytest

from bangban.foundation.flows.flow import Incomplete
from bangban.services.conversation.files import store_upload, type_of
from tests.cast import guest
from tests.faults.house import House, memory_kb

GIGABYTES_2 = 2 * 1024**3
CHUNK = b"x" * 1_048_576


def _answer(line: socket.socket) -> str:
    got = b""
    with contextlib.suppress(OSError):
        while chunk := line.recv(65536):
            got += chunk
    return got.decode("utf-8", "replace")


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/api/v1/cases", "/cases/ZX1/files", "/desk/"])
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_two_gigabytes_announced_are_refused_before_they_are_read(house: House, path: str, accept: str) -> None:
    house.serve()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\nConnection: close\r\n"
        f"Content-Type: application/octet-stream\r\nContent-Length: {GIGABYTES_2}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", house.port), timeout=60) as line:
        line.sendall(head.encode() + CHUNK[:1000])
        answer = _answer(line)
    assert answer.startswith("HTTP/1.1 413"), answer[:300]
    assert "25 MB" in answer
    assert ("problem+json" in answer) == (accept == "application/json")


@pytest.mark.slow
def test_an_endless_upload_is_cut_off_in_flat_memory(house: House) -> None:
    web = house.serve()
    memory = memory_kb(web.pid)
    before = next(memory)
    highest, sent, answer = before, 0, b""
    with socket.create_connection(("127.0.0.1", house.port), timeout=60) as line:
        line.sendall(b"POST /api/v1/cases HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        with contextlib.suppress(OSError):
            while sent < GIGABYTES_2 and not select.select([line], [], [], 0)[0]:
                line.sendall(b"%x\r\n%b\r\n" % (len(CHUNK), CHUNK))
                sent += len(CHUNK)
                highest = max(highest, next(memory))
            answer = line.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413"), answer[:300]
    assert sent < 100 * len(CHUNK), f"{sent} bytes were taken before the refusal"
    assert highest - before < 20_000, f"{before} kB grew to {highest} kB"
    assert house.answers()


@pytest.mark.slow
def test_a_body_over_a_megabyte_is_refused_by_the_api(house: House) -> None:
    house.serve()
    answer = house.ask("POST", "/api/v1/cases", {"question": "长" * 400_000})
    assert answer.status == 413
    assert "1MB" in answer.body["detail"]


def _zip(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return made.getvalue()


WRONG = {
    "program": b"MZ\x90\x00" + b"\x00" * 200,
    "elf": b"\x7fELF" + b"\x00" * 200,
    "page": b"<!doctype html><script>alert(1)</script>",
    "page in disguise": b"  \n<svg onload=alert(1)>",
    "text with a script": "您好 <script>alert(1)</script>".encode(),
    "macro": _zip("word/document.xml", "word/vbaProject.bin"),
    "archive": _zip("a.exe"),
    "broken archive": b"PK\x03\x04" + b"\xff" * 50,
    "gif": b"GIF89a" + b"\x00" * 50,
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_type_is_refused_by_its_content_whatever_its_name(db: None, kind: str) -> None:
    assert type_of(WRONG[kind]) == ""
    with pytest.raises(Incomplete) as refusal:
        store_upload(io.BytesIO(WRONG[kind]), "身份证.jpg", guest("x"), None)  # type: ignore[arg-type]
    assert "JPG" in refusal.value.sentence
    assert "file" in refusal.value.details["fields"]


def test_an_empty_and_a_too_large_file_are_refused(db: None) -> None:
    for content, word in ((b"", "空"), (b"\xff\xd8\xff" + b"0" * (20 * 1024 * 1024), "20MB")):
        with pytest.raises(Incomplete) as refusal:
            store_upload(io.BytesIO(content), "a.jpg", guest("x"), None)  # type: ignore[arg-type]
        assert word in refusal.value.sentence
