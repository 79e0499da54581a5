"""A small counter that answers the pages of the kit over real HTTP, with a live stream that can be cut."""

from __future__ import annotations

import json
import queue
import shutil
import threading
from dataclasses import replace
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bangban.surfaces.ui.gallery import DESK, PORTAL, copy_assets, environment
from bangban.surfaces.web.frame import DONE, POLICY

AT = "2026-03-02T09:36:00+08:00"


class Stand:
    """State of the counter; tests change it while pages are open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        copy_assets(folder / "static")
        self.env = environment(lambda path: f"/static/{path}")
        self.lines: list[dict[str, Any]] = []
        self.posts: list[tuple[str, dict[str, str]]] = []
        self.fail_next = 0
        self.answers = threading.Event()
        self.answers.set()
        self.refuse = ""
        self.accepts = False
        self.live_status = 200
        self.streams: list[queue.Queue[bytes | None]] = []
        self.resumed: list[str] = []
        self.seq = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        """End all streams and the server."""
        self.cut()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)
        shutil.rmtree(self.folder, ignore_errors=True)

    def say(self, text: str, role: str = "staff", client_id: str = "", *, hint: bool = True) -> None:
        """Store a line once per client id, and hint."""
        if client_id and any(line["client_id"] == client_id for line in self.lines):
            return
        name = "李*明" if role == "user" else "周雨薇"
        self.lines.append(
            {
                "position": len(self.lines) + 1,
                "client_id": client_id,
                "role": role,
                "name": name,
                "text": text,
                "at": AT,
                "at_text": "9:36",
            }
        )
        if hint:
            self.send("case.said")

    def send(self, kind: str, **data: Any) -> None:
        """Send an event to every open stream."""
        self.seq += 1
        frame = {"seq": self.seq, "kind": kind, "topics": ["case:1"], **data}
        for stream in self.streams:
            stream.put(f"id: {self.seq}\nevent: {kind}\ndata: {json.dumps(frame)}\n\n".encode())

    def cut(self) -> None:
        """End all streams as a broken network does."""
        for stream in self.streams:
            stream.put(None)
        self.streams.clear()

    def page(self, name: str) -> str:
        """One of the pages under test."""
        shells = {
            "talk": replace(PORTAL, live_topics=("case:1",), live_after=0),
            "elder": replace(PORTAL, mode="elder", live_topics=("case:1",)),
            "desk": replace(DESK, live_topics=("case:1",), presence_url=""),
            "form": PORTAL,
        }
        template = {"elder": "talk"}.get(name, name)
        source = (Path(__file__).parent / "pages" / f"{template}.html").read_text(encoding="utf-8")
        return self.env.from_string(source).render(shell=shells[name], lines=self.fragment(0), address=self.address)

    def fragment(self, after: int) -> str:
        """The lines after a position."""
        kit: Any = self.env.get_template("ui/kit.html").module
        shown = [
            line | {"mine": line["role"] == "user", "read": False} for line in self.lines if line["position"] > after
        ]
        return "".join(str(kit.text_line(m=line)) for line in shown)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stand = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def answer(self, body: str | bytes, kind: str = "text/html; charset=utf-8", status: int = 200) -> None:
                body = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Security-Policy", POLICY)
                self.end_headers()
                self.wfile.write(body)

            def see(self, address: str, client_id: str) -> None:
                self.send_response(303)
                self.send_header("Location", address)
                self.send_header("Content-Length", "0")
                self.send_header("Set-Cookie", f"{DONE}={client_id}; Max-Age=60; Path=/; SameSite=Lax")
                self.end_headers()

            def do_GET(self) -> None:
                url = urlsplit(self.path)
                if url.path == "/live/":
                    return self.stream()
                if url.path == "/lines":
                    return self.answer(stand.fragment(int(parse_qs(url.query)["after"][0])))
                if url.path == "/part":
                    return self.answer(f"<p>第 {stand.seq} 次</p>")
                if url.path.startswith("/static/"):
                    file = stand.folder / url.path.lstrip("/")
                    kind = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}[file.suffix]
                    return self.answer(file.read_bytes(), kind)
                return self.answer(stand.page(url.path.strip("/")))

            def stream(self) -> None:
                after = self.headers.get("Last-Event-ID", "")
                stand.resumed.append(after)
                if stand.live_status != 200:
                    return self.answer("", status=stand.live_status)
                frames: queue.Queue[bytes | None] = queue.Queue()
                stand.streams.append(frames)
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Connection", "close")
                self.end_headers()
                self.close_connection = True
                frames.put(f"id: {after or 0}\nevent: ready\ndata: {{}}\n\n".encode())
                try:
                    while (frame := frames.get()) is not None:
                        self.wfile.write(frame)
                        self.wfile.flush()
                except OSError:
                    pass
                return None

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                fields = read_form(self.headers["Content-Type"], body)
                path = urlsplit(self.path).path
                stand.posts.append((path, fields))
                stand.answers.wait(120)
                if stand.fail_next and path in {"/say", "/file"}:
                    stand.fail_next -= 1
                    return self.answer("", status=502)
                if stand.refuse:
                    return self.answer(json.dumps({"detail": stand.refuse}), "application/problem+json", 409)
                if path == "/say":
                    stand.say(fields["text"], "user", fields["client_id"], hint=False)
                if path == "/apply" and stand.accepts:
                    return self.see("/form", fields["client_id"])
                if path == "/file":
                    stand.say("[文件]", "user", fields["client_id"], hint=False)
                return self.answer("{}", "application/json")

        return Handler


def read_form(kind: str, body: bytes) -> dict[str, str]:
    """Fields of a posted form of either encoding."""
    if not kind.startswith("multipart/"):
        return {name: values[0] for name, values in parse_qs(body.decode()).items()}
    message = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    found = {}
    for part in message.get_payload():  # type: ignore[union-attr]
        name = str(part.get_param("name", header="content-disposition"))  # type: ignore[union-attr]
        found[name] = part.get_payload(decode=True).decode(errors="replace")  # type: ignore[union-attr]
    return found
