"""Making a page: the frame, the language, and the words that every template may use."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.template import engines
from django.utils.http import url_has_allowed_host_and_scheme
from jinja2 import Environment

from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.surfaces.api.limits import Busy, guessing
from bangban.surfaces.portal import times
from bangban.surfaces.portal.language import environment_for, say
from bangban.surfaces.portal.shell import shell
from bangban.surfaces.portal.visitors import address_of, language_of
from bangban.surfaces.ui.shell import PortalTab
from bangban.surfaces.web.errors import error_page, refused

View = Callable[..., HttpResponseBase]


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    tab: PortalTab = "",
    status: int = 200,
    topics: tuple[str, ...] = (),
    after: int | str = "",
    unread: int = 0,
    with_human: bool = True,
) -> HttpResponse:
    """Answer with a whole page."""
    frame = shell(request, tab, topics=topics, after=after, unread=unread, with_human=with_human)
    return HttpResponse(_render(request, template, {**context, "shell": frame, "csrf": frame.csrf}), status=status)


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
