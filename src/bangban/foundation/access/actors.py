"""Who acts: staff in a post, a service user, a guest with a code, a machine of the hall, the system, or a partner."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

ActorKind = Literal["staff", "user", "guest", "device", "system", "partner"]
CHANNELS = {
    "web": "网页端",
    "mobile": "移动端",
    "app": "APP",
    "mini_program": "小程序",
    "wechat": "微信公众号",
    "quick_app": "快应用",
    "hotline": "热线端",
    "kiosk": "自助端",
    "window": "窗口",
    "phone": "电话",
    "desk": "工作门户",
    "api": "应用接入",
    "system": "系统",
}


@dataclass(frozen=True)
class Actor:
    """One person or system at one moment, with everything that decides what it may do.

    `units` is the path of unit ids from the root to the actor's own unit; `subtree` holds the units that a manager
    looks after. `tokens` are digests of the record codes that a guest has shown. `unsigned` staff have not accepted the
    confidentiality undertaking and open no case data.
    """

    kind: ActorKind
    id: str
    name: str = ""
    channel: str = "web"
    account_id: int | None = None
    staff_id: int | None = None
    person_id: int | None = None
    unit_id: int | None = None
    unit_name: str = ""
    duties: frozenset[str] = frozenset()
    subtree: frozenset[int] = frozenset()
    third_party: bool = False
    unsigned: bool = False
    assurance: int = 0
    scopes: frozenset[str] = frozenset()
    tokens: frozenset[bytes] = field(default_factory=frozenset)

    @property
    def is_staff(self) -> bool:
        """Tell whether this is a person of the service side."""
        return self.kind == "staff"

    @property
    def public_name(self) -> str:
        """Return the name for the ledger: staff by name, service users never."""
        return self.name if self.kind in ("staff", "device", "system", "partner") else ""

    @property
    def role(self) -> str:
        """Return the duties as the ledger keeps them."""
        return ",".join(sorted(self.duties)) if self.is_staff else self.kind

    def through(self, channel: str) -> Actor:
        """Return the same actor on another channel."""
        return replace(self, channel=channel)


SYSTEM = Actor("system", "system", "系统", channel="system")
ASSISTANT = Actor("system", "assistant", "智能客服", channel="system")
