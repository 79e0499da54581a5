"""The small forms of an order's actions, built from what each transition asks for."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Transition
from bangban.registry.knowledge.reads import entry
from bangban.services.hotline import terms
from bangban.services.hotline.reads import OrderView
from bangban.services.hotline.reads.catalogue import categories, undertakers, units_for
from bangban.services.hotline.reads.lowered import lowered_from
from bangban.services.hotline.reads.reaching import calls_made
from bangban.services.hotline.reads.talk import path_for, talk
from bangban.services.hotline.reads.units import choices
from bangban.services.hotline.ways import ON_PAPER, instead_of, ways_to
from bangban.surfaces.desk import times
from bangban.surfaces.desk.forms.fields import CHOOSER, Field

FILES = Field("files", "附件", "files", required=False, hint="现场照片、签收回执、文书等，最多 9 个。")
YES_NO = [("yes", "是"), ("no", "否")]
SATISFIED = [("yes", "满意"), ("no", "不满意")]
GRADES = [("5", "很好"), ("4", "好"), ("3", "一般"), ("2", "差"), ("1", "很差")]
GROUNDS = [
    ("law_longer", "法律法规规定的期限更长"),
    ("objective_difficulty", "客观困难"),
    ("several_units", "涉及多个单位"),
]
VISIT_CHANNELS = [("telephone", "电话"), ("sms", "短信"), ("website", "网站"), ("visit", "上门或当面")]
UNREACHED = [("no_answer", "无人接听"), ("busy", "占线"), ("off", "关机或停机"), ("refused", "拒绝接听")]
REASONS = ["没有人联系", "没有解决问题", "解决得不彻底", "办得太慢", "态度不好", "答复与事实不符", "政策解释不清"]
RESULT_LENGTH = 2000
DEFAULT_DAYS = {"consultation": 2}


def fields_of(line: Transition, view: OrderView, actor: Actor) -> list[Field]:
    """Return the fields of an action: one for each thing that the flow asks for, and what only pages add."""
    make = MAKERS.get(line.action)
    made = make(view, actor) if make else []
    known = {field.name for field in made} | HIDDEN.get(line.action, set())
    plain = [Field(ask.name, ask.label, required=ask.required) for ask in line.asks if ask.name not in known]
    return [*made, *plain, *([replace(FILES)] if line.action in WITH_FILES else [])]


WITH_FILES = frozenset({"reply", "complete", "return", "return_part", "report_part", "contact", "discuss"})


HIDDEN = {
    "dispatch": {"limit"}, "redispatch": {"limit"}, "designate": {"limit"}, "redo": {"limit"},
}  # fmt: skip


def _units(view: OrderView, actor: Actor) -> list[Field]:
    known = choices(view.order)
    registered = {one.unit_id: one.name for one in known if not one.why_not}
    lines = units_for(view.order.category.code, view.order.region) if view.order.category else ()
    lead = lines[0].unit_id if lines and lines[0].unit_id in registered else None
    assisting = [line.unit_id for line in lines[1:] if line.unit_id in registered]
    options = [(str(unit), name) for unit, name in registered.items()]
    days = view.order.category.limit_days if view.order.category else None
    return [
        Field("lead", "牵头单位", "select", options=options, blank="请选择", value=str(lead or ""),
              hint=_who_may(lead is not None, [one.name for one in known if one.why_not]), attrs=CHOOSER),
        Field("units", "协办单位", "checks", required=False, options=options, value=",".join(map(str, assisting)),
              hint="协办单位向牵头单位答复；没有可不选"),
        Field("days", "办理时限（工作日）", "number", value=str(days or DEFAULT_DAYS.get(view.order.kind, 5))),
        Field("opinion", "转办意见", hint="请单位办什么、答复什么", limit=1000, rows=3,
              value=view.order.transfer_opinion if view.state == "returned" else ""),
    ]  # fmt: skip


def _who_may(proposed: bool, barred: Sequence[str]) -> str:
    hint = "按派单目录预选，可以改" if proposed else "只能有一个牵头单位，由它统一答复"
    names = "、".join(barred[:3]) + ("等" if len(barred) > 3 else "")
    return f"{hint}；{names}是被反映单位或其下属，不能承办" if barred else hint


def _answer(view: OrderView, actor: Actor) -> list[Field]:
    return [
        Field(
            "result",
            "办理结果",
            hint="怎样答复的、依据是什么",
            limit=2000,
            rows=4,
            value=view.order.result_text or _cited(view),
        ),
        Field("code", "结果类型", "radio", options=terms.ResultCode.choices[:4], value="answered"),
        Field(
            "source",
            "答复来源",
            "select",
            options=terms.AnswerSource.choices,
            value="three_party" if view.order.answered_by_unit else "knowledge" if view.knowledge else "agent",
        ),
        *_answered_how(view),
    ]


def _answered_how(view: OrderView) -> list[Field]:
    """Ask for the way of answering where it is not the call itself, and why a kind that needs a unit was changed."""
    order, made = view.order, []
    if order.source != "telephone" or order.wished_reply in ON_PAPER:
        on_paper = order.wished_reply in ON_PAPER
        ways = [(way.value, str(way.label)) for way in ways_to(order)]
        own = "" if on_paper else instead_of(order, order.wished_reply)
        made += [
            Field("channel", "答复方式", "select", required=False, options=ways, blank="按诉求人希望的方式",
                  hint=f"诉求人希望：{view.subject.wished_reply}" + (f"。{own}" if own else "")),
            Field("proof", "答复凭据或改用其他方式的理由", "text", required=on_paper,
                  hint="书面或当面答复写明何时、何地、谁签收"),
        ]  # fmt: skip
    if former := lowered_from(order.id):
        was = terms.Kind(former).label
        made.append(
            Field("kind_reason", "改变诉求类型的理由", "text", hint=f"原来是“{was}”，要由单位办理；理由会记入台账")
        )
    return made


def _cited(view: OrderView) -> str:
    """Return what the entry says that was used last, for the result to begin with (GB33358-4.3.2-b)."""
    used = entry(view.knowledge[-1][0]) if view.knowledge else None
    return used.content.answer[:RESULT_LENGTH] if used and used.usable else ""


def _call_unit(view: OrderView, actor: Actor) -> list[Field]:
    options = [(str(one.unit_id), f"{one.unit_name}（{one.duty_phone}）") for one in undertakers() if one.duty_phone]
    return [
        Field("consent", "已征得诉求人同意三方通话", "radio", options=YES_NO),
        Field("unit", "相关单位", "select", options=options, blank="请选择", attrs=CHOOSER),
    ]


def _end_three_party(view: OrderView, actor: Actor) -> list[Field]:
    outcomes = [("answered", "单位已当场答复"), ("refused", "单位不同意接听"), ("no_answer", "无人接听")]
    return [
        Field("outcome", "结果", "radio", options=outcomes),
        Field("person", "单位答复人", "text", required=False, hint="参加通话的人员姓名、职务"),
        Field("answer", "单位的答复", required=False, limit=2000),
        Field("reason", "未答复的原因", required=False, rows=2, limit=500),
    ]


def _confirm(view: OrderView, actor: Actor) -> list[Field]:
    said = next((one.text for one in talk(view.order).phrases if one.situation == "read_back"), "")
    hint = said or f"请念给诉求人听：{view.order.request}"
    return [Field("confirmed", "诉求人是否认可", "radio", options=[("yes", "认可"), ("no", "有异议")], hint=hint)]


def _emergency(view: OrderView, actor: Actor) -> list[Field]:
    numbers = [("110", "110 公安"), ("119", "119 消防"), ("120", "120 急救"), ("122", "122 交通事故")]
    return [
        Field("emergency_class", "突发类别", "radio", options=terms.EmergencyClass.choices),
        Field("transferred_to", "已转接紧急电话", "select", options=numbers, blank="未转接", required=False),
    ]


def _reply(view: OrderView, actor: Actor) -> list[Field]:
    open_ways, wanted = ways_to(view.order), view.order.wished_reply
    calls = _calls(view, actor)
    hint = f"诉求人希望：{view.subject.wished_reply}"
    if (instead := instead_of(view.order, wanted)) and wanted != "none":
        hint = f"{hint}。{instead}"
    return [
        Field("channel", "答复方式", "radio", options=[(way.value, str(way.label)) for way in open_ways],
              value=wanted if wanted in open_ways else open_ways[0].value, hint=hint),
        Field("text", "答复内容", hint="告诉诉求人办理情况、依据和结果；短信会直接发给对方", limit=2000, rows=4),
        *([Field("call_id", "电话答复的通话", "select", required=False, options=calls, value=calls[0][0] if calls else "",
                 blank="请选择" if calls else "还没有通话，请先用“联系诉求人”拨通")] if "telephone" in open_ways else []),
        Field("proof", "答复凭据", "text", required=False, hint="书面或当面答复时填写：何时、何地、谁签收；也可以上传附件"),
    ]  # fmt: skip


def _calls(view: OrderView, actor: Actor) -> list[tuple[str, str]]:
    """Return the answered calls to the caller that may prove a step."""
    return [
        (str(one.call_id), f"{times.when(one.at)} {one.by}，通话 {times.length(one.talk_seconds)}")
        for one in calls_made(actor, view.number)
        if one.answered
    ]


def _return(view: OrderView, actor: Actor) -> list[Field]:
    options = [(str(one.unit_id), one.name) for one in choices(view.order) if not one.why_not]
    return [
        Field("reason", "退回理由", hint="为什么不是本单位的职责", limit=1000, rows=3),
        Field("suggested", "建议承办单位", "select", required=False, options=options, blank="不建议", attrs=CHOOSER),
        Field("basis", "依据", "text", required=False, hint="三定方案、法律法规条款或权责清单"),
    ]


def _complete(view: OrderView, actor: Actor) -> list[Field]:
    return [
        Field(
            "handling",
            "办理情况",
            hint="做了什么、结果怎样、后续安排",
            limit=4000,
            rows=5,
            value=view.order.handling_text,
        ),
        Field("code", "结果类型", "radio", options=terms.ResultCode.choices[1:]),
    ]


def _extension(view: OrderView, actor: Actor) -> list[Field]:
    return [
        Field("days", "延长工作日", "number", value="5", hint="一次最多 5 个工作日，须在到期前申请"),
        Field("ground", "延期情形", "select", options=GROUNDS, blank="请选择"),
        Field("reason", "理由", hint="说明情况，批准后会告知诉求人", limit=500),
    ]


def _decide(view: OrderView, actor: Actor) -> list[Field]:
    asked = next((one for one in view.extensions if not one.decision), None)
    hint = f"{asked.unit}申请延长 {asked.days} 个工作日：{asked.reason}" if asked else ""
    return [
        Field("approve", "是否同意", "radio", options=[("yes", "同意"), ("no", "不同意")], hint=hint),
        Field("note", "意见", required=False, rows=2, limit=500),
    ]


def _refuse(view: OrderView, actor: Actor) -> list[Field]:
    proposals = {refusal: path_for(refusal) for refusal in terms.Refusal.values}
    return [
        Field("refusal", "不予受理情形", "select", options=terms.Refusal.choices, blank="请选择",
              attrs={"data-proposes": "path", "data-proposals": json.dumps(proposals, ensure_ascii=False)}),
        Field("path", "告知的途径", required=False, limit=500, rows=4,
              hint="告诉诉求人应当向哪里反映；选了情形会填好标准说法，可以改，留空就按标准说法记录"),
    ]  # fmt: skip


def _merge(view: OrderView, actor: Actor) -> list[Field]:
    return [
        Field("into", "主工单编号", "text", hint="与哪张工单是同一事项，例如 GD26112000000018"),
        Field("reason", "说明", required=False, rows=2, limit=300),
    ]


def _visit(view: OrderView, actor: Actor) -> list[Field]:
    calls = _calls(view, actor)
    return [
        *_early(view),
        Field("channel", "回访方式", "radio", options=VISIT_CHANNELS, value="telephone"),
        Field("call_id", "回访的通话", "select", required=False, options=calls, value=calls[0][0] if calls else "",
              blank="通过其他电话拨打", hint="" if calls else "还没有平台通话：请先用“联系诉求人”拨通，再记录回访"),
        Field("how", "不是平台通话的说明", "text", required=False,
              hint="用其他电话、短信、网站或当面回访的，写明原因和经过，不要写号码"),
        Field("spoken_at", "回访时间", "datetime", required=False, hint="不是平台通话的填写；留空按现在记录"),
        Field("process_satisfied", "对办理过程是否满意", "radio", options=SATISFIED),
        Field("result_satisfied", "对办理结果是否满意", "radio", options=SATISFIED),
        Field("contacted", "承办单位是否联系过您", "radio", options=YES_NO, required=False),
        Field("solved", "问题是否解决", "radio", options=YES_NO, required=False),
        Field("reasons", "不满意的原因", "checks", required=False, options=[(one, one) for one in REASONS]),
        Field("text", "意见", required=False, hint="诉求人的原话或者其他原因", limit=1000, rows=3),
        Field("attitude", "服务态度", "radio", options=GRADES, required=False, group="四项评价"),
        Field("efficiency", "工作效率", "radio", options=GRADES, required=False, group="四项评价"),
        Field("process", "办理过程", "radio", options=GRADES, required=False, group="四项评价"),
        Field("result", "办理结果", "radio", options=GRADES, required=False, group="四项评价"),
    ]  # fmt: skip


def _early(view: OrderView) -> list[Field]:
    """Ask why a call-back is made before the moment from which it is due."""
    waiting = next((one for one in view.visits if one.state in ("due", "not_due")), None)
    if waiting is None or waiting.not_before <= now():
        return []
    hint = f"{times.when(waiting.not_before)} 起才可回访，提前回访要写明理由"
    return [Field("early", "提前回访的理由", "text", hint=hint)]


def _try_visit(view: OrderView, actor: Actor) -> list[Field]:
    return [
        *([] if any(one.attempts for one in view.visits if one.state == "due") else _early(view)),
        Field("channel", "回访方式", "radio", options=VISIT_CHANNELS, value="telephone"),
        Field("note", "没有接通的情形", "select", options=[(label, label) for _, label in UNREACHED], blank="请选择"),
        Field("next_at", "下次回访时间", "datetime", required=False, hint="留空由系统安排"),
    ]


def _redo(view: OrderView, actor: Actor) -> list[Field]:
    asked = [
        Field("reason", "再次交办的理由", hint="诉求人对过程和结果哪里不满意，请单位怎样办", limit=1000),
        Field("days", "新的办理时限（工作日）", "number", value="5"),
    ]
    if any(one.role == "lead" and one.state == "replied" and one.round == view.order.round for one in view.units):
        return asked
    # It was answered at once: nobody had it, and perhaps nobody had to sort it.
    classes = (
        []
        if view.order.category
        else [Field("category", "事项分类", "select", options=_classes(), blank="请选择", attrs=CHOOSER)]
    )
    return [*classes, *_units(view, actor)[:2], *asked]


def _classes() -> list[tuple[str, str]]:
    return [(one.code, one.path or one.name) for one in categories()]


def _designate(view: OrderView, actor: Actor) -> list[Field]:
    return [*_units(view, actor), Field("reason", "裁定理由", hint="裁定后单位不得再退回", limit=500, rows=2)]


def _contact(view: OrderView, actor: Actor) -> list[Field]:
    return [
        Field(
            "by",
            "联系方式",
            "radio",
            options=[("telephone", "平台拨号（不显示号码）"), ("sms", "平台短信")],
            value="telephone",
        ),
        Field("text", "短信内容", required=False, hint="选平台短信时填写", limit=300, rows=2),
    ]


def _archive(view: OrderView, actor: Actor) -> list[Field]:
    hint = "资料齐全的留空；缺少而且已经无法补齐的，写明原因"
    return [Field("despite", "资料缺少的原因", required=False, hint=hint, limit=300, rows=2)]


MAKERS: dict[str, Callable[[OrderView, Actor], list[Field]]] = {
    "dispatch": _units, "redispatch": _units, "designate": _designate, "answer": _answer, "call_unit": _call_unit,
    "end_three_party": _end_three_party, "confirm": _confirm, "report_emergency": _emergency, "reply": _reply, "complete": _complete,
    "ask_extension": _extension, "decide_extension": _decide, "refuse": _refuse, "merge": _merge, "visit": _visit,
    "return": _return, "try_visit": _try_visit, "redo": _redo, "contact": _contact, "archive": _archive,
}  # fmt: skip
