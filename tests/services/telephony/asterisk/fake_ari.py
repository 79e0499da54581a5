"""An Asterisk that is only its REST interface: channels, bridges, events on a WebSocket; all on one loopback port.

It follows the documented behaviour: an originated channel belongs to its application from the start, enters Stasis when
picked up, and tells ChannelHangupRequest and ChannelDestroyed at its end. Tests press its telephones.
"""

from __future__ import annotations

import base64
import json
import socket
import socketserver
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from websockets.frames import Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from bangban.foundation.clocks.moment import now

USER, PASSWORD = "bangban", "a secret"
CREDENTIALS = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


class FakeAri(socketserver.ThreadingTCPServer):
    """The server; use it as a context manager."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *, told_times: int = 1) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.channels: dict[str, dict[str, Any]] = {}
        self.bridges: dict[str, list[str]] = {}
        self.endpoints: dict[str, str] = {}
        self.played: list[tuple[str, str]] = []
        self.recordings: dict[str, str] = {}
        self.asked: list[str] = []
        self.told: list[dict[str, Any]] = []
        self.told_times = told_times
        self.names: dict[str, str] = {}
        self.failing: dict[str, int] = {}
        self.when: dict[str, Callable[[], object]] = {}
        self.deaf = False
        self.mute = False
        self.lock = threading.RLock()
        self.sockets: list[Conversation] = []
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> FakeAri:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self.break_connections()
        self.server_close()
        self._thread.join()

    # what tests press

    def incoming(self, number: str, called: str = "12345", *args: str, channel: str = "1763430000.1") -> str:
        """Somebody calls, and the dialplan hands the channel to the application."""
        with self.lock:
            self._new_channel(channel, "Ring", number, called, ",".join(("bangban", *args)))
            self.tell("StasisStart", channel, args=list(args))
        return channel

    def channel_of(self, role: str, party: str = "") -> str:
        """Return the newest channel that the house made for a part."""
        with self.lock:
            found = [c for c in self.channels if f"~{role}~{party}" in c]
        return found[-1] if found else ""

    def ring(self, channel: str) -> None:
        """The telephone rings."""
        with self.lock:
            self.channels[channel]["state"] = "Ringing"
            self.tell("ChannelStateChange", channel)

    def pick_up(self, channel: str) -> None:
        """Somebody picks up a telephone that the house rang."""
        with self.lock:
            found = self.channels[channel]
            found["state"] = "Up"
            found["dialplan"] |= {"app_name": "Stasis", "app_data": ",".join(("bangban", *found["args"]))}
            self.tell("ChannelStateChange", channel)
            self.tell("StasisStart", channel, args=found["args"])

    def hang_up(self, channel: str, *, soft: bool = False) -> None:
        """A channel ends; `soft` when the house asked for it."""
        with self.lock:
            if channel not in self.channels:
                return
            self.tell("ChannelHangupRequest", channel, **({"soft": True} if soft else {}), cause=16)
            for bridge, members in self.bridges.items():
                if channel in members:
                    members.remove(channel)
                    self.tell("ChannelLeftBridge", channel, bridge={"id": bridge, "channels": list(members)})
            self.tell("StasisEnd", channel)
            snapshot = self.channels.pop(channel)
            self._send({"type": "ChannelDestroyed", "channel": _public(snapshot), "cause": 16, "cause_txt": "Normal"})

    def hold(self, channel: str) -> None:
        """The hold key of a telephone."""
        self.tell("ChannelHold", channel)

    def unhold(self, channel: str) -> None:
        """The hold key again."""
        self.tell("ChannelUnhold", channel)

    def break_connections(self) -> None:
        """Cut every connection for events."""
        with self.lock:
            for conversation in self.sockets:
                try:
                    conversation.request.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue
            self.sockets.clear()

    def restart(self) -> None:
        """The server loses everything that was on it."""
        with self.lock:
            self.break_connections()
            for held in (self.channels, self.bridges, self.recordings):
                held.clear()

    def tell(self, kind: str, channel: str, **more: Any) -> None:
        """Send a message about a channel."""
        self._send({"type": kind, "channel": _public(self.channels[channel]), **more})

    def _send(self, message: dict[str, Any]) -> None:
        with self.lock:
            if self.mute:
                return
            stamp = (now() + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0800"
            message = {"application": "bangban", "timestamp": stamp, **message}
            self.told.append(message)
            for conversation in list(self.sockets):
                try:
                    for _ in range(self.told_times):
                        conversation.push(message)
                except OSError:
                    self.sockets.remove(conversation)

    # what the house asks

    def answer(self, method: str, address: str) -> tuple[int, Any]:
        """Answer a REST request."""
        parts = urlsplit(address)
        path = [unquote(piece) for piece in parts.path.removeprefix("/ari/").split("/")]
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with self.lock:
            self.asked.append(f"{method} {'/'.join(path)}")
            for what in [what for what in self.when if what in self.asked[-1]]:
                self.when.pop(what)()
            for what, status in self.failing.items():
                if what in self.asked[-1]:
                    return status, {"message": "Internal Server Error"}
            try:
                return self._do(method, path, query)
            except KeyError:
                return 404, {"message": "not found"}

    def _do(self, method: str, path: list[str], query: dict[str, str]) -> tuple[int, Any]:
        if path[0] == "applications":
            return 200, {"name": path[1], "channel_ids": list(self.channels), "bridge_ids": list(self.bridges)}
        if path == ["channels"]:
            return self._originate(query) if method == "POST" else (200, [_public(c) for c in self.channels.values()])
        if path[0] == "channels":
            return self._channel(method, path[1], path[2:], query)
        if path == ["bridges"] and method == "GET":
            return 200, [self._public_bridge(bridge) for bridge in self.bridges]
        if path == ["bridges"]:
            if query["bridgeId"] in self.bridges:
                return 409, {"message": "Bridge with the same bridgeId already exists"}
            self.bridges[query["bridgeId"]], self.names[query["bridgeId"]] = [], query.get("name", "")
            return 200, self._public_bridge(query["bridgeId"])
        if path[0] == "bridges":
            return self._bridge(method, path[1], path[2:], query)
        if path[:2] == ["events", "user"]:
            kind, _, channel = query["source"].partition(":")
            assert (kind, query["application"]) == ("channel", "bangban")
            self.tell("ChannelUserevent", channel, eventname=path[2], userevent={})
            return 204, None
        return 404, {"message": "no such resource"}

    def _originate(self, query: dict[str, str]) -> tuple[int, Any]:
        channel = query["channelId"]
        if channel in self.channels:
            return 409, {"message": "Channel with given unique ID already exists"}
        self._new_channel(channel, "Down", "", "")
        self.endpoints[channel] = query["endpoint"]
        self.channels[channel]["args"] = query.get("appArgs", "").split(",") if query.get("appArgs") else []
        return 200, _public(self.channels[channel])

    def _channel(self, method: str, channel: str, rest: list[str], query: dict[str, str]) -> tuple[int, Any]:
        found = self.channels[channel]
        if method == "DELETE" and not rest:
            self.hang_up(channel, soft=True)
        elif rest == ["answer"]:
            found["state"] = "Up"
            self.tell("ChannelStateChange", channel)
        elif rest == ["play"]:
            self.played.append((channel, query["media"]))
        return 204, None

    def _bridge(self, method: str, bridge: str, rest: list[str], query: dict[str, str]) -> tuple[int, Any]:
        members = self.bridges[bridge]
        if method == "DELETE":
            if name := self.recordings.pop(bridge, ""):
                self._send({"type": "RecordingFinished", "recording": {
                    "name": name, "format": "wav", "state": "done", "duration": 42, "target_uri": f"bridge:{bridge}"}})  # fmt: skip
            del self.bridges[bridge]
        elif rest == ["addChannel"]:
            if query["channel"] not in self.channels:
                return 400, {"message": "Channel not found"}
            if self.channels[query["channel"]]["id"] not in members:
                members.append(query["channel"])
                self.tell("ChannelEnteredBridge", query["channel"], bridge={"id": bridge, "channels": list(members)})
        elif rest == ["removeChannel"]:
            if query["channel"] not in members:
                return 422, {"message": "Channel not in this bridge"}
            members.remove(query["channel"])
            self.tell("ChannelLeftBridge", query["channel"], bridge={"id": bridge, "channels": list(members)})
        elif rest == ["record"]:
            if bridge in self.recordings:
                return 409, {"message": "Recording is in progress"}
            self.recordings[bridge] = query["name"]
            return 201, {"name": query["name"]}
        elif method == "GET":
            return 200, self._public_bridge(bridge)
        return 204, None

    def _public_bridge(self, bridge: str) -> dict[str, Any]:
        return {"id": bridge, "name": self.names[bridge], "channels": list(self.bridges[bridge])}

    def _new_channel(self, channel: str, state: str, number: str, called: str, app_data: str = "") -> None:
        self.channels[channel] = {
            "id": channel, "name": f"PJSIP/{channel}", "state": state, "caller": {"number": number, "name": ""},
            "dialplan": {"exten": called, "context": "hotline", "app_name": "Stasis", "app_data": app_data}, "args": [],
            "creationtime": now().isoformat(timespec="milliseconds"),
        }  # fmt: skip


def _public(channel: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in channel.items() if name != "args"}


class Conversation(socketserver.BaseRequestHandler):
    """One connection: REST requests one after another, or one WebSocket."""

    server: FakeAri

    def handle(self) -> None:
        try:
            while head := self._head():
                if b"upgrade: websocket" in head.lower():
                    self._events(head)
                    return
                self._rest(head)
        except OSError:
            return

    def _head(self) -> bytes:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            piece = self.request.recv(1)
            if not piece:
                return b""
            head += piece
        return head

    def _rest(self, head: bytes) -> None:
        method, address, _ = head.split(b"\r\n")[0].decode().split(" ")
        if f"authorization: {CREDENTIALS}".lower().encode() not in head.lower():
            status, body = 401, {"message": "Authentication required"}
        else:
            status, body = self.server.answer(method, address)
        content = b"" if body is None else json.dumps(body).encode()
        self.request.sendall(f"HTTP/1.1 {status} Answer\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content)

    def _events(self, head: bytes) -> None:
        self._sending = threading.Lock()
        self._protocol = ServerProtocol()
        self._protocol.receive_data(head)
        request = next(event for event in self._protocol.events_received() if isinstance(event, Request))
        assert request.path == "/ari/events?app=bangban"
        known = request.headers.get("Authorization") == CREDENTIALS
        self._protocol.send_response(self._protocol.accept(request) if known else self._protocol.reject(401, ""))
        # Under the lock: whoever was told that the line is open must not miss what happens next.
        with self.server.lock:
            self._flush()
            self.server.sockets.append(self)
        while data := self.request.recv(65536):
            if self.server.deaf:
                continue
            with self._sending:
                self._protocol.receive_data(data)
                closing = any(
                    getattr(event, "opcode", None) is Opcode.CLOSE for event in self._protocol.events_received()
                )
            if closing:
                with self.server.lock:
                    self.server.sockets.remove(self)
            self._flush()
            if closing:
                return

    def push(self, message: dict[str, Any]) -> None:
        """Send one message."""
        with self._sending:
            if self._protocol.state is State.OPEN:
                self._protocol.send_text(json.dumps(message).encode())
        self._flush()

    def _flush(self) -> None:
        with self._sending:
            for data in self._protocol.data_to_send():
                if data:
                    self.request.sendall(data)


def until(what: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Wait until something is true, and return it."""
    end = now() + timedelta(seconds=seconds)
    while now() < end:
        if found := what():
            return found
        threading.Event().wait(0.01)
    raise AssertionError("It did not happen in time.")
