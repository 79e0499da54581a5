"""The small forms of the case's actions, built from what each transition asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Transition
from bangban.registry.knowledge.reads import paths
from bangban.registry.org.reads import LEVEL_ORDER, colleagues, tree
from bangban.services.cases.models import CloseReason, Complexity, Outcome, OutOfScope, QuestionType, Scope
from bangban.services.cases.reads import CaseView, get_case
from bangban.services.cases.receivers import candidates
from bangban.surfaces.desk.forms.fields import Field

ZONE = ZoneInfo("Asia/Shanghai")
OUT_OF_SCOPE = "范围外：告知办理路径"
DEPTH = "可受理深度"
LEVELS = {"province": "省级", "city": "市级", "district": "区级", "township": "街镇", "village": "社区村"}
SERVING = ("service_center", "branch_center", "convenience_center", "service_station")
PATH = {"department": "负责部门", "phone": "电话", "address": "地址", "link": "网址", "note": "补充说明"}


@dataclass(frozen=True)
class Face:
    """How an action looks among the buttons: its place, key and glyph."""

    key: str
    icon: str
    primary: bool = False
    at_once: bool = False


FACES: dict[str, Face] = {
    "claim": Face("c", "check", primary=True, at_once=True),
    "accept": Face("a", "check", primary=True, at_once=True),
    "return": Face("r", "arrow-left"),
    "advise": Face("y", "shield", primary=True),
    "reply_task": Face("e", "send", primary=True),
    "sort": Face("s", "edit"),
    "assign": Face("d", "users"),
    "transfer_down": Face("t", "transfer"),
    "take_back": Face("b", "arrow-left", at_once=True),
    "ask_adviser": Face("v", "shield"),
    "ask_unit": Face("u", "building"),
    "help_card": Face("h", "flag"),
    "propose_stage": Face("p", "arrow-right"),
    "close": Face("x", "file-check"),
    "follow_up": Face("f", "loop", primary=True),
    "reassign": Face("w", "refresh"),
}
LABELS = {"propose_stage": {"consult": "征求转导办", "guide": "征求转帮办"}}


def label_of(line: Transition, view: CaseView) -> str:
    """Return the words on the button of an action."""
    return LABELS.get(line.action, {}).get(view.state, line.label)


def fields_of(line: Transition, view: CaseView, actor: Actor) -> list[Field]:
    """Return the fields of an action: one for each thing that the flow asks for, and what only pages add."""
    make = MAKERS.get(line.action)
    made = make(view, actor) if make else []
    known = {field.name for field in made}
    plain = [Field(ask.name, ask.label, required=ask.required) for ask in line.asks if ask.name not in known | HIDDEN]
    return [*made, *plain]


# The stage follows from the state; evidence and path come in through the fields that stand for them.
HIDDEN = frozenset({"stage", "evidence", "path", "class"})


def _sort(view: CaseView, actor: Actor) -> list[Field]:
    first = view.item.name if view.item else ""
    return [
        Field("need_summary", "需求摘要", hint="谁、办什么、在哪里、什么情况", value=view.need_summary or view.question,
              limit=2000, rows=3),
        Field("item", "事项", "item", required=False, value=str(view.item.id) if view.item else "", hint=first),
        Field("question_type", "问题类型", "select", options=QuestionType.choices, value=view.question_type,
              blank="请选择"),
        Field("scope", "范围", "radio", options=Scope.choices, value=view.scope, required=False),
        Field("complexity", "难易", "radio", options=Complexity.choices, value=view.complexity, required=False),
    ]  # fmt: skip


def _assign(view: CaseView, actor: Actor) -> list[Field]:
    case = get_case(actor, view.number)
    people = {found.id: found.name for found in colleagues(now(), body_id=case.unit_id, duty="dedicated_consultant")}
    ranked = sorted(candidates(case, now()), key=lambda one: (not one.knows_user, not one.covers, one.open_cases))
    notes = {True: "，熟悉这类事项"}
    options = [
        (str(one.staff_id), f"{people.get(one.staff_id, '')}（在办 {one.open_cases} 件{notes.get(one.covers, '')}"
         f"{'，服务过本人' if one.knows_user else ''}）")
        for one in ranked
    ]  # fmt: skip
    hint = (
        "留空时由系统按熟悉程度和在办件数分派"
        if options
        else "现在没有在岗的深度咨询专员；留空时向全体专员发出，谁先到岗谁接收"
    )
    return [Field("to", "接收人", "select", required=False, options=options, blank="由系统分派", hint=hint)]


def _transfer(view: CaseView, actor: Actor) -> list[Field]:
    own = view.unit.id if view.unit else 0
    found = sorted(tree().of_kind(*SERVING), key=lambda place: (LEVEL_ORDER[place.level], not place.online, place.code))
    options = [
        (
            str(place.id),
            f"{LEVELS[place.level]}　{place.name}" + ("" if place.online else "（未开通在线导办，请发帮助卡）"),
        )
        for place in found
        if place.id != own
    ]
    return [
        Field("to", "接收机构", "select", options=options, blank="请选择", hint="对方接收之前仍由您负责"),
        Field("reason", "说明", required=False, rows=2, limit=500),
    ]


def _help_card(view: CaseView, actor: Actor) -> list[Field]:
    options = [(str(place.id), f"{place.name}　{place.phone}") for place in tree().of_kind(*SERVING, "department")]
    blank = f"事项的办理部门：{view.item.guide.department_name}" if view.item else "事项的办理部门"
    hint = "卡片带有指南、标准答复、电话、地址和服务时间"
    return [Field("to", "办理机构", "select", required=False, options=options, blank=blank, hint=hint)]


def _ask_adviser(view: CaseView, actor: Actor) -> list[Field]:
    people = list(colleagues(now(), duty="advisor"))
    own = view.item.department_id if view.item else None
    people.sort(key=lambda one: (one.body_id != own, not one.on_duty, one.body_id))
    options = [(str(one.id), f"{one.name}（{one.body_name}，{'在岗' if one.on_duty else '不在岗'}）") for one in people]
    own_has_one = any(one.body_id == own for one in people)
    blank = f"{view.item.guide.department_name}的专业顾问" if view.item and own_has_one else ""
    return [
        Field("question", "请教的问题", limit=500, hint="服务对象也会看到这个问题；不便公开的请另发内部备注"),
        Field("to", "顾问", "select", required=not own_has_one, options=options, blank=blank or "请选择"),
    ]


def _ask_unit(view: CaseView, actor: Actor) -> list[Field]:
    options = [(str(p.id), p.name) for p in tree().of_kind("department", *SERVING) if p.id != actor.unit_id]
    return [
        Field("to", "协同单位", "select", options=options, blank="请选择"),
        Field("task", "任务", limit=500),
        Field("due_at", "完成时间", "datetime", required=False, hint="留空按规定时限"),
    ]


def _propose(view: CaseView, actor: Actor) -> list[Field]:
    return [
        Field(
            "note", "说明", required=False, rows=2, limit=500, hint="会和征求意见一起发给服务对象，同意后才进入下一阶段"
        )
    ]


def _close(view: CaseView, actor: Actor) -> list[Field]:
    reasons = [(code, label) for code, label in CloseReason.choices if code != CloseReason.SELF_SOLVED]
    if view.state == "assist":
        after = {CloseReason.REFERRED, CloseReason.USER_STOPPED, CloseReason.CORRECTION_LAPSED}
        reasons = [(code, label) for code, label in reasons if code in after]
    outside = OUT_OF_SCOPE
    ready = [(str(path.id), f"{path.class_label}　{path.topic}　{path.department} {path.phone}") for path in paths()]
    given = view.path_given
    return [
        Field("opinion", "处置意见", required=False, limit=5000, rows=4, hint="本轮已经发过处置意见的可以不再填写"),
        Field("reason", "结案原因", "select", required=False, options=reasons, blank="按当前阶段"),
        Field("acceptable", "办理准备", "radio", required=False, group=DEPTH,
              options=[("yes", "达到可受理深度"), ("no", "还有待解决的问题")]),
        Field("open_points", "待解决的问题", "lines", required=False, group=DEPTH, hint="一行一个", rows=2),
        Field("out_of_scope_class", "类别", "select", required=False, group=outside, options=OutOfScope.choices, blank="不适用"),
        Field("path_preset", "常用路径", "select", required=False, group=outside, options=ready, blank="自行填写",
              hint="选定后不必再填下面几项"),
        *(
            Field(f"path.{name}", label, "text", required=False, group=outside, value=str(given.get(name, "")))
            for name, label in PATH.items()
        ),
    ]  # fmt: skip


def _follow_up(view: CaseView, actor: Actor) -> list[Field]:
    return [
        Field("outcome", "办理结果", "radio", options=Outcome.choices),
        Field(
            "explanation",
            "说明",
            required=False,
            limit=2000,
            hint="无法取得的，须说明原因和救济途径；还需完善的，写明继续办什么",
        ),
        Field("basis", "依据", "text", required=False, hint="无法取得的必填：法律法规或政策依据"),
    ]


def _reassign(view: CaseView, actor: Actor) -> list[Field]:
    case = get_case(actor, view.number)
    people = [one for one in colleagues(now(), body_id=case.unit_id) if one.on_duty and one.id != view.owner_id]
    fit = [one for one in people if set(one.duties) & {"triage_agent", "dedicated_consultant"}]
    return [
        Field(
            "to",
            "接收人",
            "select",
            options=[(str(one.id), one.name) for one in fit],
            blank="请选择",
            hint="只列在岗人员",
        ),
        Field("reason", "理由", rows=2, limit=500),
    ]


def _return(view: CaseView, actor: Actor) -> list[Field]:
    return [Field("reason", "退回理由", rows=2, limit=500, hint="移交人会看到，请写明应由谁办理")]


def _advise(view: CaseView, actor: Actor) -> list[Field]:
    return [Field("text", "专业意见", rows=5, limit=5000, hint="会以专业顾问的名义发给服务对象")]


def _reply_task(view: CaseView, actor: Actor) -> list[Field]:
    return [Field("text", "协同答复", rows=4, limit=5000, hint="只有工作人员看到，由承办人转达")]


MAKERS: dict[str, Callable[[CaseView, Actor], list[Field]]] = {
    "sort": _sort,
    "assign": _assign,
    "transfer_down": _transfer,
    "return": _return,
    "help_card": _help_card,
    "ask_adviser": _ask_adviser,
    "advise": _advise,
    "ask_unit": _ask_unit,
    "reply_task": _reply_task,
    "propose_stage": _propose,
    "close": _close,
    "follow_up": _follow_up,
    "reassign": _reassign,
}
