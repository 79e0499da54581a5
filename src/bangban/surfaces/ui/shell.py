"""What the two base layouts need to know: one typed object per surface, given to the template as `shell`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from bangban.surfaces.ui.words import FRAME_WORDS

Mode = Literal["standard", "elder"]
Language = Literal["zh", "en"]
PortalTab = Literal["home", "ask", "matters", "mine", ""]
HEADED = 6
"""From so many entries on, groups of the desk's navigation have headings."""
Presence = Literal["online", "busy", "away", "offline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalLinks:
    """Addresses of the frame of the portal. An empty optional address hides its link."""

    home: str
    ask: str
    matters: str
    mine: str
    sign_in: str
    sign_out: str  # POST
    mode: str  # POST, field `mode` = standard | elder, field `next`
    language: str  # POST, field `language` = zh | en, field `next`
    human: str = ""  # page or start of a talk with a person (F8.18)
    accessibility: str = ""
    privacy: str = ""
    complaint: str = ""
    appraisals: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalShell:
    """Frame of a citizen's page: who, where, in which mode, with which live topics."""

    city: str
    links: PortalLinks
    csrf: str
    path: str
    service: str = "政务服务帮办"
    mode: Mode = "standard"
    size: Literal[1, 2, 3] = 1
    language: Language = "zh"
    tab: PortalTab = ""
    user: str = ""  # masked name; empty means not signed in
    unread: int = 0
    hotline: str = "12345"
    human_hours: str = ""  # e.g. 工作日 9:00-12:00、13:30-17:00
    now: str = ""  # ISO time of the server, so that clocks do not trust the phone
    live_topics: tuple[str, ...] = ()
    live_after: int | str = ""  # number of the newest event when the page was made: none falls between page and stream
    organiser: str = ""
    record_line: str = ""  # filing numbers a public site has to show

    @property
    def words(self) -> dict[str, str]:
        """Words of the frame in the page's language."""
        return FRAME_WORDS[self.language]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLink:
    """One entry of the left navigation; `key` is the second key after `g` (as in `g` then `q`).

    Entries of one `group` stand together; on a phone only the `quick` ones stay in sight, the others behind 更多.
    """

    id: str
    label: str
    icon: str
    url: str
    key: str = ""
    count: int = 0
    group: str = ""
    quick: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskShell:
    """Frame of a staff member's page."""

    body: str  # the unit's name
    user: str
    post: str
    csrf: str
    path: str
    home: str
    nav: tuple[DeskLink, ...]
    current: str = ""  # id of the nav entry
    presence: Presence = "offline"
    presence_url: str = ""  # POST, field `presence`
    hours_state: Literal["open", "closed"] = "open"
    hours_text: str = ""  # e.g. 人工服务中，至 12:00
    hours_until: str = ""  # ISO time at which the state changes
    unread: int = 0
    unread_url: str = ""
    unread_part_url: str = ""  # GET, answers with the macro `bell`
    unread_kinds: tuple[str, ...] = ()
    search_url: str = ""  # GET, field `q`
    sign_out: str = ""  # POST
    menu: tuple[tuple[str, str], ...] = ()  # (label, url)
    theme: Literal["light", "dark"] = "light"
    mode: Literal["standard"] = "standard"
    now: str = ""
    live_topics: tuple[str, ...] = ()
    live_after: int | str = ""
    attention_kinds: tuple[str, ...] = ()  # live kinds that ring and mark the tab
    lease_url: str = ""  # POST every 20 s while the page is open: presence lapses without it
    call_url: str = ""  # GET, answers the card of the call that this person has; for agents of the hotline

    @property
    def nav_groups(self) -> list[tuple[str, list[DeskLink]]]:
        """Return the entries group by group; one that stands alone needs no heading, nor do a few entries."""
        groups = [(name, list(links)) for name, links in groupby(self.nav, key=lambda link: link.group)]
        return [(name if len(links) > 1 and len(self.nav) >= HEADED else "", links) for name, links in groups]

    @property
    def nav_more(self) -> bool:
        """Tell whether a phone shows some entries behind 更多."""
        return any(not link.quick for link in self.nav)
