"""Where an Asterisk server is, and how agents and numbers are reached through it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

AGENT, OUTSIDE = "PJSIP/{}", "PJSIP/{}@trunk"


@dataclass(frozen=True)
class Settings:
    """One Asterisk server. `agent` and `outside` are endpoints with `{}` for the work number and the dialled number.

    `languages` maps a dialled number to the language that its callers wish for. Seconds for `ring`.
    """

    url: str
    user: str = ""
    password: str = field(default="", repr=False)
    app: str = "bangban"
    exchange: str = "main"
    agent: str = AGENT
    outside: str = OUTSIDE
    ring: int = 20
    languages: dict[str, str] = field(default_factory=dict)

    @property
    def socket(self) -> str:
        """Return the address of the event stream."""
        return "ws" + self.url.removeprefix("http") + f"/ari/events?app={self.app}"


def settings_of(address: str, app: str = "", exchange: str = "main", agent: str = "", outside: str = "") -> Settings:
    """Read an address: http(s)://HOST:PORT or ari://USER:PASSWORD@HOST:PORT/APP; LookupError for anything else.

    User and password otherwise come from BANGBAN_ARI_USER and BANGBAN_ARI_PASSWORD, the endpoints from
    BANGBAN_ARI_AGENT and BANGBAN_ARI_OUTSIDE, languages from BANGBAN_ARI_LANGUAGES (`02012346=cantonese,…`).
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https", "ari") or not parts.hostname:
        raise LookupError(f"{address!r} is no address of an Asterisk server; write http://HOST:8088.")
    scheme = "http" if parts.scheme == "ari" else parts.scheme
    given = os.environ.get
    return Settings(
        url=f"{scheme}://{parts.hostname}:{parts.port or 8088}",
        user=unquote(parts.username or "") or given("BANGBAN_ARI_USER", ""),
        password=unquote(parts.password or "") or given("BANGBAN_ARI_PASSWORD", ""),
        app=app or (parts.path.strip("/") if parts.scheme == "ari" else "") or "bangban",
        exchange=exchange,
        agent=agent or given("BANGBAN_ARI_AGENT", AGENT),
        outside=outside or given("BANGBAN_ARI_OUTSIDE", OUTSIDE),
        languages=_pairs(given("BANGBAN_ARI_LANGUAGES", "")),
    )


def _pairs(text: str) -> dict[str, str]:
    return dict(part.strip().split("=", 1) for part in text.split(",") if "=" in part)
