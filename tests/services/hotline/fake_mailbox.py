"""A mail server of a few lines, for tests: it knows LOGIN, SELECT, UID SEARCH, UID FETCH, UID STORE and LOGOUT."""

from __future__ import annotations

import re
import socketserver
import threading
from dataclasses import dataclass, field

ARRIVED = "20-Nov-2026 17:00:00 +0800"


@dataclass
class Mailbox:
    """The letters of one folder and which were marked as seen; `told_size` lies about one that is said to be huge.

    Those `withheld` are not handed out for now.
    """

    letters: list[bytes] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    arrived: str = ARRIVED
    told_size: dict[int, int] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    withheld: set[int] = field(default_factory=set)
    break_on_store: bool = False
    port: int = 0

    @property
    def url(self) -> str:
        """Return the address of this mailbox."""
        return f"imap://hotline:secret%21@127.0.0.1:{self.port}/INBOX"


class Talk(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        box: Mailbox = self.server.box  # type: ignore[attr-defined]
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, _, command = line.decode().strip().partition(" ")
            if not self.answer(box, tag, command):
                return

    def answer(self, box: Mailbox, tag: str, command: str) -> bool:
        word = command.upper()
        if word.startswith("LOGIN"):
            good = '"secret!"' in command
            self.wfile.write(f"{tag} {'OK' if good else 'NO'} LOGIN\r\n".encode())
        elif word.startswith("CAPABILITY"):
            self.wfile.write(f"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n".encode())
        elif word.startswith("SELECT"):
            self.wfile.write(f"* {len(box.letters)} EXISTS\r\n{tag} OK [READ-WRITE] done\r\n".encode())
        elif word.startswith("UID SEARCH"):
            found = " ".join(str(uid) for uid in range(1, len(box.letters) + 1) if uid not in box.seen)
            self.wfile.write(f"* SEARCH {found}\r\n{tag} OK done\r\n".encode())
        elif word.startswith("UID FETCH"):
            self.fetch(box, tag, command)
        elif word.startswith("UID STORE"):
            if box.break_on_store:
                return False
            box.seen.add(int(command.split()[2]))
            self.wfile.write(f"{tag} OK done\r\n".encode())
        elif word.startswith("LOGOUT"):
            self.wfile.write(f"* BYE\r\n{tag} OK done\r\n".encode())
            return False
        else:
            self.wfile.write(f"{tag} BAD {command}\r\n".encode())
        return True

    def fetch(self, box: Mailbox, tag: str, command: str) -> None:
        uid, what = int(command.split()[2]), command.split(" ", 3)[3]
        box.fetched.append(what)
        if uid in box.withheld:
            self.wfile.write(f"{tag} NO try again later\r\n".encode())
            return
        letter = box.letters[uid - 1]
        if "BODY" not in what:
            size = box.told_size.get(uid, len(letter))
            told = f'* {uid} FETCH (UID {uid} RFC822.SIZE {size} INTERNALDATE "{box.arrived}")\r\n'
            self.wfile.write(told.encode() + f"{tag} OK done\r\n".encode())
            return
        body = re.split(rb"\r?\n\r?\n", letter)[0] if "HEADER" in what else letter
        self.wfile.write(f"* {uid} FETCH (UID {uid} BODY[] {{{len(body)}}}\r\n".encode() + body)
        self.wfile.write(b")\r\n" + f"{tag} OK done\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    """Serves one mailbox on a free port until it is closed."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, box: Mailbox) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.box = box
        box.port = self.server_address[1]
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        """Stop serving."""
        self.shutdown()
        self.server_close()
        self.thread.join(5)
