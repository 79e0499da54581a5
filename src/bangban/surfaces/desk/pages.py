"""Making a staff page: who may open it, the frame, fragments, and refusals that say what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from bangban.foundation.access import sessions
from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.ledger.identifiers import new_id
from bangban.registry.catalog.terms import Gap
from bangban.surfaces.desk import times
from bangban.surfaces.desk.shell import shell
from bangban.surfaces.web.errors import TITLES, problem, status_of, wants_json

View = Callable[..., HttpResponse | FileResponse]


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def desk_actor(request: HttpRequest) -> Actor:
    """Return the acting member of staff on the channel of the work portal."""
    return actor_of(request).through("desk")


def address_of(request: HttpRequest) -> str:
    """Return where a request comes from, for the security log."""
    return str(request.META.get("REMOTE_ADDR", ""))


def is_part(request: HttpRequest) -> bool:
    """Tell whether a script asks for a piece of a page."""
    return request.headers.get("HX-Request") == "true"


def staff(*permissions: str, quiet: bool = False) -> Callable[[View], View]:
    """Let a view through for signed-in staff who hold one of the permissions and signed the undertaking.

    Strangers go to the sign-in page; without the duty the answer is 403. `quiet` views are asked by scripts on their
    own: they do not keep an empty chair signed in (F8.05, T637-6.2.3-b).
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | FileResponse:
            actor = actor_of(request)
            if not actor.is_staff:
                return to_sign_in(request)
            if not quiet:
                sessions.keep_alive(request.session)
            if getattr(view, "before_undertaking", False) is False and undertaking_missing(actor):
                return _away(request, reverse("desk:undertaking"), "请先签署保密承诺。", 403)
            if permissions and not any(may(actor, permission) for permission in permissions):
                return refusal(request, 403, "您的岗位没有这项权限；如确有需要，请联系本单位的安全管理员。")
            try:
                return view(request, *args, **kwargs)
            except FlowError as error:
                return refusal(request, status_of(error), error.sentence, **error.details)

        return guarded

    return guard


def before_undertaking(view: View) -> View:
    """Mark a view that opens no case data, so that it may be used before the undertaking is signed."""
    view.before_undertaking = True  # type: ignore[attr-defined]
    return view


def undertaking_missing(actor: Actor) -> bool:
    """Tell whether the member of staff has yet to sign."""
    return actor.account_id is None or actor.unsigned


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a stranger to the sign-in page, and back afterwards."""
    asked = request.method == "GET" and not is_part(request)
    back = request.get_full_path() if asked else _page_of(request)
    words = ({} if asked else {"expired": "1"}) | ({"next": back} if back not in ("", reverse("desk:board")) else {})
    target = reverse("desk:signin") + (f"?{urlencode(words)}" if words else "")
    return _away(request, target, "登录已失效，请重新登录。您填写的内容还在本页。", 401)


def _page_of(request: HttpRequest) -> str:
    """Return the page of this site that a form or a script stood on; nothing when it is not told."""
    told = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    if told.netloc and told.netloc != request.get_host():
        return ""
    return told.path + (f"?{told.query}" if told.query else "")


def _away(request: HttpRequest, target: str, sentence: str, status: int) -> HttpResponse:
    if is_part(request) or wants_json(request):
        response = problem(request, status, sentence)
        response.headers["HX-Redirect"] = target
        return response
    return see(target)


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, current: str = "", status: int = 200,
    topics: tuple[str, ...] = (),
) -> HttpResponse:  # fmt: skip
    """Answer with a whole page."""
    frame = shell(request, current, topics)
    body = render_to_string(template, {**_words(), **context, "shell": frame, "csrf": frame.csrf}, request)
    return _private(HttpResponse(body, status=status))


def part(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Answer with a piece of a page."""
    body = render_to_string(template, {**_words(), **context, "csrf": get_token(request)}, request)
    return _private(HttpResponse(body, status=status))


def bare(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Answer with a page that stands before the desk: signing in, signing the undertaking."""
    return part(request, template, context, status)


def refusal(request: HttpRequest, status: int, sentence: str, **details: Any) -> HttpResponse:
    """Say why something is not shown or not done: a problem for scripts, a page within the frame for people."""
    if wants_json(request) or is_part(request):
        return problem(request, status, sentence, **details)
    context = {"title": TITLES.get(status, "出错了"), "sentence": sentence, "request_id": getattr(request, "id", "")}
    return page(request, "desk/refused.html", context, status=status)


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


def _words() -> dict[str, Any]:
    return {
        "when": times.when,
        "iso": times.iso,
        "length": times.length,
        "at": now(),
        "new_id": lambda: str(new_id()),
        "gap_labels": gap_labels,
    }


def gap_labels(gaps: Iterable[str]) -> list[str]:
    """Return what a guide does not say, in words."""
    return [str(Gap(gap).label) for gap in gaps if gap in Gap.values]


def see(address: str) -> HttpResponse:
    """Send the browser on after a form (303, so that a reload repeats nothing)."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def local(request: HttpRequest, address: str, otherwise: str) -> str:
    """Return an address of this site, else the other one: forms may not send people elsewhere."""
    safe = address.startswith("/") and url_has_allowed_host_and_scheme(address, {request.get_host()})
    return address if safe else otherwise


def came_from(request: HttpRequest) -> str:
    """Return the query of the page that sent this form, so that its list stays as it was chosen; `do` is left out."""
    before = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    kept = [(name, value) for name, value in parse_qsl(urlsplit(before).query) if name not in ("do", "after")]
    return f"?{urlencode(kept)}" if kept else ""


def done(request: HttpRequest, address: str) -> HttpResponse:
    """End a form: scripts are told where to go, browsers are sent there."""
    if is_part(request):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = address
        return response
    return see(address)
