"""Making a page: the frame, the language, and the words that every template may use."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Unpack, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.template import engines
from django.utils.http import url_has_allowed_host_and_scheme
from jinja2 import Environment

from bangban.foundation.access.session_store import ACCOUNT
from bangban.foundation.access.sessions import keep_alive
from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.surfaces.api.limits import Busy, guessing
from bangban.surfaces.portal import times
from bangban.surfaces.portal.language import environment_for, say
from bangban.surfaces.portal.shell import FrameOptions, shell
from bangban.surfaces.portal.visitors import address_of, codes, language_of
from bangban.surfaces.web.errors import error_page, refused

KEPT_NOWHERE = "private, no-store"
View = Callable[..., HttpResponseBase]


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200, **frame: Unpack[FrameOptions]
) -> HttpResponse:
    """Answer with a whole page; `frame` says what the frame shows around it."""
    keep_alive(request.session)
    around = shell(request, **frame)
    response = HttpResponse(
        _render(request, template, {**context, "shell": around, "csrf": around.csrf}), status=status
    )
    response.headers["Cache-Control"] = KEPT_NOWHERE if personal(request) else "private, no-cache"
    return response


def personal(request: HttpRequest) -> bool:
    """Tell whether pages of this browser may show somebody's matters, so that no cache may keep them."""
    return bool(codes(request) or request.session.get(ACCOUNT))


def part(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Answer with a piece of a page, for scripts that put it where it belongs."""
    return HttpResponse(_render(request, template, {**context, "csrf": get_token(request)}))


def _render(request: HttpRequest, template: str, context: dict[str, Any]) -> str:
    language = language_of(request)
    base = cast(Environment, engines["jinja2"].env)  # type: ignore[attr-defined]
    words = {
        "language": language,
        "t": partial(say, language),
        "when": lambda moment: times.when(moment, language),
        "day": lambda moment: times.day(moment, language),
        "iso": times.iso,
    }
    return environment_for(language, base).get_template(template).render({**words, **context})


def citizen(view: View) -> View:
    """Frame a page: refusals become pages that say what to do, and whoever tries numbers is slowed down."""

    @wraps(view)
    def framed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotYours as error:
            return _stranger(request, error)
        except Busy as busy:
            return too_often(request, busy)
        except FlowError as error:
            return refused(request, _spoken(request, error))

    return framed


def _stranger(request: HttpRequest, error: NotYours) -> HttpResponse:
    try:
        guessing(address_of(request))
    except Busy as busy:
        return too_often(request, busy)
    return refused(request, _spoken(request, error))


def _spoken(request: HttpRequest, error: FlowError) -> FlowError:
    return type(error)(say(language_of(request), error.sentence), **error.details)


def too_often(request: HttpRequest, busy: Busy) -> HttpResponse:
    """Answer 429 with the seconds to wait."""
    sentence = say(language_of(request), "操作太频繁了，请 {} 秒后再试；急事请拨打12345。", busy.seconds)
    response = error_page(request, 429, sentence)
    response.headers["Retry-After"] = str(busy.seconds)
    return response


def see(address: str) -> HttpResponse:
    """Send the browser on after a form (303, so that a reload repeats nothing)."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def local(request: HttpRequest, address: str, otherwise: str) -> str:
    """Return an address of this site, else the other one: forms may not send people elsewhere."""
    safe = address.startswith("/") and url_has_allowed_host_and_scheme(address, {request.get_host()})
    return address if safe else otherwise
