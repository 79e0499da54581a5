"""Where a case stands, in one plain sentence and five steps."""

from __future__ import annotations

from dataclasses import dataclass

from bangban.services.cases.models import CloseReason, Stage
from bangban.services.cases.reads import CaseView, Happening
from bangban.surfaces.portal import times
from bangban.surfaces.portal.language import Language, say

TONES = {
    "bot": "neutral",
    "queued": "waiting",
    "closed": "closed",
    "following": "closed",
    "loop_closed": "success",
    "withdrawn": "closed",
}
SHORT = {"consult": "Advice", "guide": "Guide", "assist": "Assist"}
ORDER = [Stage.CONSULT.value, Stage.GUIDE.value, Stage.ASSIST.value]


def tone(state: str) -> str:
    """Return the tone of a state's badge."""
    return TONES.get(state, "active")


def progress(view: CaseView, language: Language) -> str:
    """Say where the case is and what happens next (T637-5-a, BJ-3.2.2)."""
    unit = view.unit.name if view.unit else say(language, "服务中心")
    who = view.owner or say(language, "服务专员")
    if view.pending_consent:
        return say(language, "请您答复：是否同意进入{}。", say(language, str(Stage(view.pending_consent).label)))
    if view.state == "queued":
        return _queued(view, unit, language)
    if view.state == "claimed":
        return say(language, "{}（{}）已受理，正在了解您的需求。", who, unit)
    if view.state in ("consult", "guide", "assist"):
        doing = {
            "consult": "{}（{}）正在为您解答。",
            "guide": "{}（{}）正在指导您准备材料和填写申请。",
            "assist": "{}（{}）正在帮您核对材料和表单。",
        }
        return say(language, doing[view.state], who, unit)
    if view.state == "closed" and view.close_reason == CloseReason.SELF_SOLVED:
        return say(language, "您确认问题已经解决。")
    after = {
        "bot": "智能客服正在回答您的问题，随时可以转人工。",
        "closed": "已反馈处置意见并结案。办成之后请告诉我们结果。",
        "following": "我们在跟踪办理结果，请告诉我们是否办成。",
        "loop_closed": "这件事已经办结闭环。",
        "withdrawn": "您已撤回这次咨询。",
    }
    return say(language, after[view.state])


def _queued(view: CaseView, unit: str, language: Language) -> str:
    if view.round > 1:
        return say(language, "已开始第{}轮服务，{}会尽快继续受理。", view.round, unit)
    if view.promised_at:
        opens = times.opening(view.promised_at, language)
        return say(language, "现在是休息时间，{}将在{}开始受理，您不用守在这里。", unit, opens)
    return say(language, "已送到{}，引导专员看到后会尽快受理。", unit)


def steps(view: CaseView, language: Language) -> list[dict[str, str]]:
    """Return the five steps 咨询→导办→帮办→结案→闭环 with their states."""
    ended = view.state in ("closed", "following", "loop_closed", "withdrawn")
    reached = ORDER.index(view.stage)
    found = []
    for place, stage in enumerate(ORDER):
        state = "done" if place < reached or (ended and place == reached) else "now" if place == reached else "next"
        label = SHORT[stage] if language == "en" else str(Stage(stage).label)
        found.append({"label": label, "state": "skipped" if ended and place > reached else state})
    closing = "next" if not ended else "skipped" if view.state == "withdrawn" else "done"
    loop = {"loop_closed": "done", "closed": "now", "following": "now", "withdrawn": "skipped"}.get(view.state, "next")
    return [*found, {"label": say(language, "结案"), "state": closing}, {"label": say(language, "闭环"), "state": loop}]


@dataclass(frozen=True)
class StoryLine:
    """One line of the story on the page."""

    id: str
    title: str
    at: str
    at_text: str
    who: str
    tone: str


def story(view: CaseView, language: Language) -> list[StoryLine]:
    """Return what happened, the newest first, in the page's language."""
    lines = [_line(one, language) for one in reversed(view.timeline)]
    return [StoryLine(**{**vars(line), "tone": "now"}) if place == 0 else line for place, line in enumerate(lines)]


def _line(one: Happening, language: Language) -> StoryLine:
    late = one.kind in ("clock.warned", "clock.breached")
    return StoryLine(
        str(one.id),
        say(language, one.text),
        times.iso(one.at),
        times.when(one.at, language),
        one.unit,
        "warn" if late else "done",
    )
