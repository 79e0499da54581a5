"""What the parts of an order show, in the parameters of the components."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from bangban.services.hotline import terms
from bangban.services.hotline.flow import FLOW
from bangban.services.hotline.reads import OrderView
from bangban.services.hotline.reads.catalogue import asked_as
from bangban.services.hotline.reads.messages import StoredFile
from bangban.surfaces.desk import times

HEAD_CLOCKS = 2
BY_PLATFORM = "已保密（通过平台联系）"
YES = {True: "满意", False: "不满意", None: "未问"}
POLICIES = {"all": "全部回访", "sampled": "抽样抽中", "not_sampled": "抽样未抽中", "by_hand": "人工安排"}
VISITS = {"due": "待回访", "done": "已回访", "given_up": "多次未接通，结束回访", "not_due": "不需回访"}
CHANNELS = {"telephone": "电话", "sms": "短信", "website": "网站", "web": "网站", "visit": "当面"}


def filed(files: Sequence[StoredFile]) -> list[dict[str, Any]]:
    """Return the files of an order: what each is, of which step, by whom, and where it is handed out."""
    return [
        {
            "name": one.name, "url": reverse("hotline:file", args=[one.id]), "size": _size(one.size),
            "of": _label_of(one.step), "who": " ".join(filter(None, [one.unit, one.by])), "at": one.at,
            "reply": one.reply,
        }
        for one in files
    ]  # fmt: skip


def _label_of(step: str) -> str:
    lines = FLOW.by_action.get(step, ())
    return lines[0].label if lines else "诉求人提供"


def _size(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, size // 1024)} KB"


def shown(view: OrderView, at: datetime) -> dict[str, Any]:
    """Return chips, facts and story of an order."""
    chips = [times.chip(clock, at) for clock in view.clocks]
    running = [chip for chip, clock in zip(chips, view.clocks, strict=True) if clock.state != "stopped"]
    return {
        "chips": {"head": [] if view.over else running[:HEAD_CLOCKS], "all": chips},
        "facts": _facts(view),
        "brief": _brief(view),
        "steps": _steps(view),
        "story": _story(view),
        "answers": YES,
        "policies": POLICIES,
        "visit_states": VISITS,
        "channels": CHANNELS,
    }


def _facts(view: OrderView) -> dict[str, list[tuple[str, str]]]:
    order, subject = view.order, view.subject
    asks = asked_as(order.category_id)
    return {
        "head": [pair for pair in (
            ("来源", view.source_label),
            ("类型", view.kind_label),
            ("分类", order.category.name if order.category else ""),
            ("受理", view.agent and f"{view.agent} {order.agent_number}".strip()),
            ("主办", view.lead),
            ("轮次", f"第{order.round}轮" if order.round > 1 else ""),
            ("收到", times.when(order.received_at)),
        ) if pair[1]],
        "subject": [
            ("姓名", subject.name), ("电话", BY_PLATFORM if subject.hidden else subject.phone),
            ("地址", "已保密" if subject.hidden else subject.address), ("身份", subject.kind),
            ("是否保密", {True: "保密", False: "不保密", None: "未询问"}[subject.confidential]),
            ("希望答复方式", f"{subject.wished_reply}（通过平台联系）" if subject.hidden else subject.wished_reply),
        ],
        "matter": [pair for pair in (
            ("诉求分类", view.category_path), ("时间", order.happened), ("地点", order.place), ("过程", order.course),
            ("现状", order.present_state), ("要求", order.request),
            ("被反映单位", order.about_unit.name if order.about_unit else ""),
            ("反映方面", _label(terms.Aspect, order.aspect)),
            *((asks.get(name, name), str(text)) for name, text in order.facts.items()),
            *((asks.get(name, name), f"未问到：{text}") for name, text in order.skipped_facts.items()),
            ("诉求人已确认", {True: "是", False: "否", None: ""}[order.summary_confirmed]),
        ) if pair[1]],
        "result": [pair for pair in (
            ("转办意见", order.transfer_opinion), ("办理时限", times.when(order.due_at)),
            ("办理情况", order.handling_text), ("办理结果", order.result_text),
            ("结果类型", _label(terms.ResultCode, order.result_code)), ("答复来源", _label(terms.AnswerSource, order.answer_source)),
            ("办结时间", times.when(order.completed_at)),
            ("不予受理", _label(terms.Refusal, order.refusal)), ("告知途径", order.path_told),
            ("并入", order.merged_into.number if order.merged_into else ""),
            ("并入本单", "、".join(view.merged)), ("归档号", order.archive_number),
        ) if pair[1]],
    }  # fmt: skip


def _label(codes: Any, value: str) -> str:
    return str(codes(value).label) if value else ""


def _brief(view: OrderView) -> list[dict[str, str]]:
    """Return what whoever acts next has to know first: why a unit returned the order, why it goes to a further round."""
    if view.state == "returned":
        back = [one for one in view.units if one.role == "lead" and one.state == "returned"][-1:]
        return [{"title": f"{one.unit}退回的理由", "text": one.reason} for one in back]
    if view.order.round == 1 or view.state not in ("dispatched", "handling"):
        return []
    last = next(
        (one for one in reversed(view.visits) if one.round == view.order.round - 1 and one.state == "done"), None
    )
    said = (
        [f"过程{YES[last.process_satisfied]}，结果{YES[last.result_satisfied]}", "、".join(last.reasons), last.text]
        if last
        else []
    )
    opinion = f"再次交办：{view.order.transfer_opinion}" if view.order.transfer_opinion else ""
    return [
        {
            "title": f"第{view.order.round}轮：诉求人为什么不满意",
            "text": "\n".join(filter(None, ["；".join(filter(None, said)), opinion])),
        }
    ]


def _steps(view: OrderView) -> list[dict[str, str]]:
    direct = view.order.direct
    way = ["登记", *([] if direct else ["转交", "办理"]), "办结", "回访", "归档"]
    reached = {
        "registering": 0, "registered": 1, "returned": 1, "dispatched": 1, "handling": 2, "completed": 4, "visited": 5,
        "archived": 6,
    }  # fmt: skip
    if view.state not in reached:
        return [{"label": "登记", "state": "done"}, {"label": view.state_label, "state": "done"}]
    place = reached[view.state] - (2 if direct and view.state in ("completed", "visited", "archived") else 0)
    return [
        {"label": label, "state": "done" if index < place else "now" if index == place else "next"}
        for index, label in enumerate(way)
    ]


def _story(view: OrderView) -> list[dict[str, Any]]:
    entries = [
        {
            "title": line.text,
            "at": times.iso(line.at),
            "at_text": times.when(line.at),
            "who": " · ".join(filter(None, [line.actor, line.unit])),
            "tone": "warn" if line.kind in ("clock.warned", "clock.breached", "order.return") else "plain",
            "id": str(line.id),
        }
        for line in reversed(view.timeline)
    ]
    if entries and entries[0]["tone"] == "plain" and not view.over:
        entries[0]["tone"] = "now"
    return entries
