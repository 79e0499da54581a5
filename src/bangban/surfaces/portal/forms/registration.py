"""The registration of a question or request (T637-8.1-b): contact and need are required, an identity number is never asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import QueryDict

from bangban.foundation.access.actors import Actor
from bangban.registry.people.models import PersonKind
from bangban.services.cases.models import Stage
from bangban.services.cases.rules import check_new_case

NOTICE = "请先阅读个人信息处理告知并勾选。"
WAYS = {"": "在线对话", "phone": "打电话给我", "either": "都可以"}
TIMES = {"": "不限", "morning": "上午", "afternoon": "下午"}


@dataclass
class Registration:
    """What was typed, and what is still wrong with it."""

    question: str = ""
    phone: str = ""
    name: str = ""
    user_kind: str = PersonKind.NATURAL.value
    service: str = Stage.CONSULT.value
    item: str = ""
    confidential: bool = False
    notice: bool = False
    way: str = ""
    time: str = ""
    with_talk: bool = False
    form_id: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    def check(self, actor: Actor) -> bool:
        """Note every problem at once; returns whether there is none."""
        self.problems = check_new_case(self.question, self.phone, actor.channel, has_person=actor.person_id is not None)
        if self.user_kind not in PersonKind.values:
            self.problems["user_kind"] = "请选择办事身份。"
        if self.service not in Stage.values:
            self.problems["service"] = "请选择需要的服务。"
        if not self.notice:
            self.problems["notice"] = NOTICE
        return not self.problems

    def need(self) -> str:
        """Return the need with the wished time and way of contact, which go to the staff as part of it."""
        wishes = [f"希望联系方式：{WAYS[self.way]}"] if WAYS.get(self.way) and self.way else []
        wishes += [f"希望联系时间：{TIMES[self.time]}"] if TIMES.get(self.time) and self.time else []
        return self.question.strip() + (f"\n（{'；'.join(wishes)}）" if wishes else "")


def posted(data: QueryDict) -> Registration:
    """Read a sent form; overlong fields are cut where the page's own limits would have stopped them."""
    return Registration(
        question=data.get("question", "")[:4000],
        phone=data.get("phone", "")[:30],
        name=data.get("name", "")[:100],
        user_kind=data.get("user_kind", ""),
        service=data.get("service", ""),
        item=data.get("item", "")[:64],
        confidential=data.get("confidential") == "1",
        notice=data.get("notice") == "1",
        way=data.get("way", ""),
        time=data.get("time", ""),
        with_talk=data.get("with_talk") == "1",
        form_id=data.get("form_id", "")[:64],
    )
