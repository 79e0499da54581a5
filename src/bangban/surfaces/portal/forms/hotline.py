"""A request to the hotline as a citizen writes it (GB33358-5.1.2.5): what is asked depends on the kind, secrecy is a choice."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from django.http import QueryDict

from bangban.foundation.access.actors import Actor
from bangban.services.hotline.actions.web_forms import WebForm
from bangban.services.hotline.rules_intake import LONGEST, clean_contact
from bangban.services.hotline.terms import COMPLAINTS, NEEDS_MATTER, Kind, ReplyChannel
from bangban.surfaces.portal.forms.registration import NOTICE

KINDS = (Kind.APPEAL, Kind.CONSULTATION, Kind.COMPLAINT, Kind.REPORT, Kind.SUGGESTION, Kind.PRAISE)
REPLIES = (ReplyChannel.TELEPHONE, ReplyChannel.SMS, ReplyChannel.WEBSITE)
TOLD = {"happened": "请写明是什么时候的事。", "place": "请写明在什么地方。", "course": "请写一下事情的经过。"}
SECRET = {"yes": True, "no": False}
MOST_FILES = 9
MOST = {
    "request": 4000,
    "course": 4000,
    "present_state": 2000,
    **{name: LONGEST[name] for name in ("happened", "place")},
    "name": LONGEST["contact_name"],
}
"""How many characters the page lets somebody type into a field."""
KEPT = 20_000
"""How much of an overlong field is given back, so that its writer can shorten it."""
TOO_LONG = "最多{}个字，现在是{}个字，请精简。"


@dataclass
class HotlineForm:
    """What was typed, and what is still wrong with it."""

    kind: str = ""
    request: str = ""
    happened: str = ""
    place: str = ""
    latitude: str = ""
    longitude: str = ""
    course: str = ""
    present_state: str = ""
    phone: str = ""
    name: str = ""
    anonymous: bool = False
    secret: str = ""
    reply: str = ReplyChannel.TELEPHONE.value
    notice: bool = False
    form_id: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    def check(self, actor: Actor, own_phone: str) -> bool:
        """Note every problem at once; returns whether there is none."""
        found = {}
        if self.kind not in KINDS:
            found["kind"] = "请选择要反映什么。"
        if len(self.request.strip()) < 2:
            found["request"] = "请写下您的诉求或要求。"
        if self.kind in NEEDS_MATTER:
            found |= {name: words for name, words in TOLD.items() if not getattr(self, name).strip()}
        found |= self._contact(own_phone)
        for name, most in MOST.items():
            if (length := len(getattr(self, name).strip())) > most:
                found[name] = TOO_LONG.format(most, length)
        if self.kind in COMPLAINTS and self.secret not in SECRET:
            found["secret"] = "投诉、举报请选择个人信息是否需要保密。"  # noqa: S105 - a sentence, not a secret
        if not self.notice:
            found["notice"] = NOTICE
        self.problems = found
        return not found

    def _contact(self, own_phone: str) -> dict[str, str]:
        if self.reply not in REPLIES:
            return {"reply": "请选择希望怎样答复您。"}
        if self.phone.strip():
            return {} if clean_contact(self.phone) else {"phone": "请填写11位手机号，或带区号的固定电话。"}
        if not own_phone and not self.anonymous:
            return {"phone": "请留下联系电话；不愿留的，请勾选匿名反映。"}
        return {}

    def given(self, own_phone: str) -> WebForm:
        """Return the checked form as the hotline takes it."""
        by_page = self.anonymous and not self.phone.strip()
        return WebForm(
            kind=self.kind, request=self.request.strip(), happened=self.happened.strip(), place=self.place.strip(),
            latitude=degrees(self.latitude, 90), longitude=degrees(self.longitude, 180), course=self.course.strip(),
            present_state=self.present_state.strip(), phone=self.phone.strip() or ("" if self.anonymous else own_phone),
            name=self.name.strip(), anonymous=self.anonymous, confidential=SECRET.get(self.secret),
            wished_reply=ReplyChannel.WEBSITE.value if by_page else self.reply,
        )  # fmt: skip


def degrees(text: str, most: int) -> float | None:
    """Return a coordinate that a browser gave; None for anything else: a place without it is still a place."""
    try:
        value = float(text)
    except ValueError:
        return None
    return round(value, 6) if math.isfinite(value) and abs(value) <= most else None


def posted(data: QueryDict) -> HotlineForm:
    """Read a sent form; an overlong text is kept and refused by `check`, line ends count once as they do in the page."""

    def typed(name: str) -> str:
        return data.get(name, "").replace("\r\n", "\n")[:KEPT]

    return HotlineForm(
        kind=data.get("kind", "")[:30],
        request=typed("request"),
        latitude=data.get("latitude", "")[:20],
        longitude=data.get("longitude", "")[:20],
        phone=data.get("phone", "")[:30],
        name=typed("name"),
        anonymous=data.get("anonymous") == "1",
        secret=data.get("secret", "")[:5],
        reply=data.get("reply", "")[:20],
        notice=data.get("notice") == "1",
        form_id=data.get("form_id", "")[:64],
        happened=typed("happened"),
        place=typed("place"),
        course=typed("course"),
        present_state=typed("present_state"),
    )
