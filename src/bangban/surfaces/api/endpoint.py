"""One frame for all endpoints: who calls, how often, with which body; errors as problems; writes repeatable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import IdempotencyKey
from bangban.foundation.access.tokens import TokenRefused, check
from bangban.foundation.access.undertaking import WANTED
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError, NotAllowed, NotYours
from bangban.foundation.privacy.codes import spellings
from bangban.foundation.privacy.crypto import digest, seal, unseal
from bangban.registry.halls.reads import device_of
from bangban.registry.org.actions import be_present
from bangban.surfaces.api.given import decoded, fields_of, without_nul
from bangban.surfaces.api.limits import ANONYMOUS_PER_MINUTE, Busy, guessing, may_guess, spend
from bangban.surfaces.web.actors import guest
from bangban.surfaces.web.bearers import actor_behind
from bangban.surfaces.web.devices import actor_of_device
from bangban.surfaces.web.errors import problem, status_of
from bangban.surfaces.web.given import whole

PLACE = "access_idempotencykey.body"


@dataclass
class Call:
    """One call: the actor, the decoded body, and what repeats are told."""

    request: HttpRequest
    actor: Actor
    body: Any
    address: str
    key: IdempotencyKey | None = None

    def query(self, name: str, default: str = "") -> str:
        """Return a query parameter."""
        return self.request.GET.get(name, default)

    def number(self, name: str, default: int, most: int) -> int:
        """Return a whole number from the query, kept within 0 and `most`."""
        found = whole(self.query(name))
        return default if found is None else min(found, most)


@dataclass(frozen=True)
class Reply:
    """What an endpoint answers."""

    body: Any
    status: int = 200


@dataclass(frozen=True)
class Route:
    """One operation of the API: method, path, and what the OpenAPI document says of it."""

    method: str
    path: str
    run: Callable[..., Reply]
    summary: str
    body: type[msgspec.Struct] | None = None
    answer: type[Any] | None = None
    bodiless: bool = False
    names_record: bool = False
    scope: str = ""
    staff: bool = False
    success: int = 200
    query: tuple[str, ...] = ()
    repeatable: bool = False
    commits_key: bool = False


def operation(routes: dict[str, Route]) -> Callable[..., HttpResponse]:
    """Return the view of one path: it finds the method's route and runs it in the frame."""

    def view(request: HttpRequest, **parts: str) -> HttpResponse:
        route = routes.get(request.method or "")
        if route is None:
            response = problem(request, 405, f"此地址只支持 {'、'.join(routes)}。")
            response.headers["Allow"] = ", ".join(routes)
            return response
        return _run(request, route, parts)

    view.csrf_exempt = True  # type: ignore[attr-defined]
    return view


def _run(request: HttpRequest, route: Route, parts: dict[str, str]) -> HttpResponse:
    address = request.META.get("REMOTE_ADDR", "")
    try:
        try:
            actor, rate, key = _who(request)
        except TokenRefused:
            guessing(address)
            raise
        spend(key or address, rate)
        if refused := _forbidden(request, route, actor, key):
            return refused
        if parts or route.names_record:
            may_guess(key or address)
        without_nul(parts, request.GET)
        try:
            body = decoded(request, route.body, optional=route.bodiless)
        except UNUSABLE as error:
            return _unusable(request, error)
        call = Call(request, actor, body, address)
        reply = _repeatably(call, route, parts) if route.repeatable else route.run(call, **parts)
    except NotYours as error:
        return _stranger(request, key or address, error)
    except Exception as error:
        if (response := _refusal(request, error)) is None:
            raise
        return response
    return _respond(reply)


def _refusal(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """Translate what a call can be refused for; None for what is a defect of ours."""
    if isinstance(error, FlowError):
        return problem(request, status_of(error), error.sentence, **error.details)
    if isinstance(error, TokenRefused):
        response = problem(request, 401, "访问令牌或终端密钥无效、过期或已停用，请重新申请。")
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    if isinstance(error, Busy):
        return _busy(request, error, "请求太频繁，请稍后再试。")
    if isinstance(error, PermissionDenied):
        return problem(request, 403, str(error) or "您的岗位没有这项权限；如确有需要，请联系管理专员。")
    return None


UNUSABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, UnreadablePostError, RequestDataTooBig)


def _unusable(request: HttpRequest, error: Exception) -> HttpResponse:
    """Tell what is wrong with a body; the same errors from a file of ours are our defect and come out as one."""
    if isinstance(error, RequestDataTooBig):
        return problem(request, 413, "请求体超过1MB，请缩短内容后再试；文件请在网页上传。")
    if isinstance(error, msgspec.ValidationError):
        return problem(
            request, 422, "请求内容不符合接口约定，请对照 /api/v1/openapi.json 检查。", fields=fields_of(error)
        )
    return problem(request, 400, "请求体不是有效的 UTF-8 JSON。", reason=str(error)[:200])


def _busy(request: HttpRequest, busy: Busy, sentence: str) -> HttpResponse:
    response = problem(request, 429, sentence)
    response.headers["Retry-After"] = str(busy.seconds)
    return response


def _respond(reply: Reply) -> HttpResponse:
    content = reply.body if isinstance(reply.body, bytes) else msgspec.json.encode(reply.body)
    return HttpResponse(content, status=reply.status, content_type="application/json")


def _who(request: HttpRequest) -> tuple[Actor, int, str]:
    code = request.headers.get("X-Case-Token", "")
    tokens = frozenset(digest(one.encode()) for one in spellings(code)) if code else frozenset()
    header = request.headers.get("Authorization", "")
    if not header and (given := request.headers.get("X-Device-Key", "")):
        device = device_of(given)
        if device is None:
            raise TokenRefused
        return actor_of_device(device), ANONYMOUS_PER_MINUTE, f"device:{device.id}"
    if not header:
        return guest(tokens, "api"), ANONYMOUS_PER_MINUTE, ""
    if not header.startswith("Bearer "):
        raise TokenRefused
    bearer = check(header[7:].strip())
    actor = actor_behind(bearer, tokens)
    if actor.is_staff:
        _note_presence(actor)
    return actor, bearer.rate_per_minute, bearer.key


_noted: dict[int, float] = {}


def _note_presence(actor: Actor) -> None:
    """A program that works in a post is at the desk; the lease is renewed at most every twenty seconds."""
    moment = now()
    if moment.timestamp() - _noted.get(actor.staff_id or 0, 0) > 20:
        _noted[actor.staff_id or 0] = moment.timestamp()
        be_present(actor, at=moment)


def _forbidden(request: HttpRequest, route: Route, actor: Actor, key: str) -> HttpResponse | None:
    if route.staff and not actor.is_staff:
        if not key:
            response = problem(request, 401, "这个接口需要工作人员的访问令牌。")
            response.headers["WWW-Authenticate"] = "Bearer"
            return response
        return problem(request, 403, "这个令牌不属于工作人员。")
    if actor.is_staff and actor.unsigned:
        return problem(request, 403, WANTED, needs="undertaking")
    if key and actor.kind != "device" and route.scope and route.scope not in actor.scopes:
        return problem(request, 403, f"这个令牌没有权限范围 {route.scope}。", scope=route.scope)
    return None


def _stranger(request: HttpRequest, who: str, error: NotYours) -> HttpResponse:
    """Answer 404, and slow down whoever tries numbers."""
    try:
        guessing(who)
    except Busy as busy:
        return _busy(request, busy, "查询失败次数过多，请稍后再试。")
    return problem(request, 404, error.sentence)


def _repeatably(call: Call, route: Route, parts: dict[str, str]) -> Reply:
    """Run a write so that the same Idempotency-Key gives the first answer again.

    The key commits with the write. A second call that runs meanwhile waits for the first one's end.
    """
    text = call.request.headers.get("Idempotency-Key", "")[:200]
    if not text:
        return route.run(call, **parts)
    owner = _owner(call)
    fingerprint = digest(f"{route.method} {call.request.path}\n".encode() + call.request.body)
    if known := IdempotencyKey.objects.filter(owner=owner, key=text).first():
        return _again(known, fingerprint)
    call.key = IdempotencyKey(owner=owner, key=text, fingerprint=fingerprint, created_at=now())
    try:
        if route.commits_key:
            return route.run(call, **parts)
        with transaction.atomic():
            call.key.save()
            reply = route.run(call, **parts)
            remember(call.key, reply)
            call.key.save()
            return reply
    except IntegrityError:
        if known := IdempotencyKey.objects.filter(owner=owner, key=text).first():
            return _again(known, fingerprint)
        raise


def _owner(call: Call) -> str:
    """Return whose key it is: with the case codes shown, so that nobody is told what another one was answered."""
    codes = digest(b"".join(sorted(call.actor.tokens))).hex()[:16] if call.actor.tokens else ""
    return f"{call.actor.id if call.actor.account_id else f'address:{call.address}'}/{codes}"


def remember(key: IdempotencyKey, reply: Reply) -> None:
    """Keep an answer under a key; it is sealed, since it may hold a case code."""
    key.status = reply.status
    key.body = seal(msgspec.json.encode(reply.body).decode(), PLACE)


def _again(known: IdempotencyKey, fingerprint: bytes) -> Reply:
    if bytes(known.fingerprint) != fingerprint:
        raise NotAllowed("同一个 Idempotency-Key 用在了不同的请求上，请换一个新的。", state="")
    assert known.body is not None
    return Reply(unseal(bytes(known.body), PLACE).encode(), known.status or 200)
