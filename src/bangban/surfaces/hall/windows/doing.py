"""What the buttons of the panel do: one press, one deed, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import FlowError, Incomplete
from bangban.services.queues import actions
from bangban.services.queues.reads import panel
from bangban.surfaces.desk.acting import once
from bangban.surfaces.web.given import whole

NOBODY = "现在没有人等候您窗口的业务。有人取号后，右侧会自动出现。"
LONGEST = 200
Posted = Mapping[str, str]


def press(actor: Actor, action: str, posted: Posted) -> str:
    """Do what a button says; returns a sentence to tell, or nothing. Raises what the action raises."""
    run = RUNS.get(action)
    if run is None:
        raise Incomplete("没有这个操作，请刷新页面后再试。")
    return run(actor, posted)


def _next(actor: Actor, posted: Posted) -> str:
    return "" if actions.call_next(actor, key=posted.get("client_id", "")) else NOBODY


def _on_ticket(work: Callable[[Actor, Posted], object], name: str) -> Callable[[Actor, Posted], str]:
    def run(actor: Actor, posted: Posted) -> str:
        deed = f"{posted.get('number', '')}:{name}"
        once(actor, deed, posted.get("client_id", ""), lambda: work(actor, posted))
        return ""

    return run


def _finish(actor: Actor, posted: Posted) -> str:
    _only_finish(actor, posted)
    if posted.get("then") != "next":
        return ""
    try:
        return _next(actor, posted)
    except FlowError as refusal:
        # The service has ended in any case; why nobody was called is told beside it.
        return f"已办理完成，但没有叫号：{refusal.sentence}"


_only_finish = _on_ticket(
    lambda actor, posted: actions.finish(actor, posted.get("number", ""), posted.get("result") or "unrecorded"),
    "finish",
)


def _transfer(actor: Actor, posted: Posted) -> object:
    klass = posted.get("klass", "")
    return actions.transfer(actor, posted.get("number", ""), whole(klass), posted.get("reason", "")[:LONGEST])


def _session(work: Callable[[Actor, str, Posted], object], name: str) -> Callable[[Actor, Posted], str]:
    def run(actor: Actor, posted: Posted) -> str:
        own = panel(actor)
        if own is None:
            return "您的窗口已经关闭。"
        once(actor, f"{own.session}:{name}", posted.get("client_id", ""), lambda: work(actor, own.session, posted))
        return ""

    return run


def _pause(actor: Actor, session: str, posted: Posted) -> object:
    reason = " ".join(filter(None, (posted.get("why", "").strip(), posted.get("reason", "").strip())))
    return actions.pause_window(actor, session, reason[:LONGEST])


def _classes(posted: Posted) -> list[int]:
    chosen = posted.getlist("classes") if hasattr(posted, "getlist") else []
    return [number for one in chosen if (number := whole(one)) is not None]


RUNS: dict[str, Callable[[Actor, Posted], str]] = {
    "next": _next,
    "finish": _finish,
    "recall": _on_ticket(lambda actor, posted: actions.recall(actor, posted.get("number", "")), "recall"),
    "arrive": _on_ticket(lambda actor, posted: actions.arrive(actor, posted.get("number", "")), "arrive"),
    "miss": _on_ticket(lambda actor, posted: actions.miss(actor, posted.get("number", "")), "miss"),
    "rejoin": _on_ticket(lambda actor, posted: actions.rejoin(actor, posted.get("number", "")), "rejoin"),
    "transfer": _on_ticket(_transfer, "transfer"),
    "pause": _session(_pause, "pause"),
    "resume": _session(lambda actor, session, posted: actions.resume_window(actor, session), "resume"),
    "serve": _session(lambda actor, session, posted: actions.serve(actor, session, _classes(posted)), "serve"),
    "close": _session(lambda actor, session, posted: actions.close_window(actor, session), "close"),
}
