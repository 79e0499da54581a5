"""Writing to the hotline, and finding what was written again (GB33358-3.2, GB33358-5.2.2.5)."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.privacy.codes import spellings
from bangban.foundation.privacy.crypto import digest, normalise
from bangban.foundation.privacy.masking import mask_phone
from bangban.services.assistant.reads import case_part_of
from bangban.services.conversation.models import Attachment
from bangban.services.hotline.actions.saying import read_file
from bangban.services.hotline.emergency_words import Alarm, emergency_in
from bangban.services.hotline.reads import found_order
from bangban.services.hotline.reads.messages import my_orders
from bangban.surfaces.api.limits import guessing, spend
from bangban.surfaces.portal.forms.hotline import KINDS, MOST_FILES, REPLIES, HotlineForm, posted
from bangban.surfaces.portal.hotline_opening import write_once
from bangban.surfaces.portal.hotline_words import LABELS
from bangban.surfaces.portal.language import say
from bangban.surfaces.portal.pages import citizen, page, part, see
from bangban.surfaces.portal.views.register import ASSISTANT, own_phone
from bangban.surfaces.portal.visitors import address_of, keep_code, language_of, visitor

OPENED_PER_MINUTE, LOOKED_PER_MINUTE = 20, 60
TOO_MANY = "一次最多上传{}个文件，其余可以提交后再补充。"
EMPTY = "请填写编号和查询码，再查看。"
WRONG = "没有找到：编号或查询码不对，请逐字核对。忘记查询码可以拨打12345查询进度。"


@require_safe
@citizen
def entry(request: HttpRequest) -> HttpResponse:
    """Show the ways to the hotline, the own requests, and the look-up by number and code."""
    actor = visitor(request)
    found = my_orders(actor, after=request.GET.get("after", ""), limit=20)
    following = f"{reverse('portal:hotline')}?after={found.after}" if found.after else ""
    context = {"rows": found.rows, "following": following, "signed_in": actor.account_id is not None, "labels": LABELS}
    return page(request, "portal/hotline.html", context, tab="mine")


@require_http_methods(["GET", "HEAD", "POST"])
@citizen
def write(request: HttpRequest) -> HttpResponse:
    """Show the form, and open the order when it is complete."""
    actor = visitor(request)
    if request.method != "POST":
        if not request.session.session_key:
            request.session.create()
        return _show(request, actor, _blank(request))
    form, known = posted(request.POST), own_phone(actor)
    if not form.check(actor, known):
        return _show(request, actor, form, 422)
    try:
        files = _files(request, actor)
        spend(f"hotline:{address_of(request)}", OPENED_PER_MINUTE)
        ticket = write_once(request, actor, form.given(known), form.form_id, files)
    except Incomplete as error:
        fields = {str(name): str(words) for name, words in error.details.get("fields", {}).items()}
        names = {"file": "files", "confidential": "secret", "contact_name": "name", "contact_phone": "phone"}
        form.problems = {names.get(name, name): words for name, words in fields.items()} or {"request": error.sentence}
        if "files" in form.problems:
            form.problems["files"] = error.sentence
        return _show(request, actor, form, 422)
    except NotAllowed as error:
        form.problems = {"request": error.sentence}
        return _show(request, actor, form, 409)
    return see(reverse("portal:hotline_order", args=[ticket.number]))


def _blank(request: HttpRequest) -> HotlineForm:
    form = HotlineForm(form_id=secrets.token_urlsafe(16))
    kind = request.GET.get("kind", "")
    form.kind = kind if kind in KINDS else ""
    session = request.session.get(ASSISTANT)
    if request.GET.get("talk") == "1" and session and (told := case_part_of(session)):
        form.request = told.question
    return form


def _files(request: HttpRequest, actor: Actor) -> list[Attachment]:
    sent = request.FILES.getlist("files")
    if len(sent) > MOST_FILES:
        sentence = TOO_MANY.format(MOST_FILES)
        raise Incomplete(sentence, fields={"files": sentence})
    return [read_file(actor, one.name or "", one) for one in sent]  # type: ignore[arg-type]


def _show(request: HttpRequest, actor: Actor, form: HotlineForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "kinds": [(one.value, str(one.label)) for one in KINDS],
        "replies": [(one.value, str(one.label)) for one in REPLIES],
        "known_phone": mask_phone(own_phone(actor)),
        "known_name": actor.name,
        "alarm": alarm_of(form.request, form.course),
        "sent_files": status != 200 and bool(request.FILES),
    }
    return page(request, "portal/hotline_new.html", context, tab="mine", status=status)


def alarm_of(*texts: str) -> Alarm | None:
    """Return the emergency that somebody's words tell of."""
    return emergency_in("\n".join(texts))


@require_POST
def alarm(request: HttpRequest) -> HttpResponse:
    """Answer with the number to dial when the words of the form tell of an emergency (GB33358-5.1.2.4-b)."""
    spend(f"alarm:{address_of(request)}", LOOKED_PER_MINUTE * 2)
    found = alarm_of(request.POST.get("request", "")[:4000], request.POST.get("course", "")[:4000])
    return part(request, "portal/_hotline_alarm.html", {"alarm": found})


@require_http_methods(["GET", "HEAD", "POST"])
@citizen
def find(request: HttpRequest) -> HttpResponse:
    """Open a request by number and code; a wrong number and a wrong code get the same sentence, and few tries."""
    number = normalise((request.POST.get("number") or request.GET.get("number", ""))[:60])[:20]
    if request.method != "POST":
        return page(request, "portal/hotline_find.html", {"number": number, "sentence": "", "asked": False}, tab="mine")
    meant = spellings(request.POST.get("code", "")[:64])
    if not number or not any(meant):
        context = {"number": number, "sentence": say(language_of(request), EMPTY), "asked": False}
        return page(request, "portal/hotline_find.html", context, tab="mine", status=422)
    try:
        order = found_order(replace(visitor(request), tokens=frozenset(digest(one.encode()) for one in meant)), number)
    except NotYours:
        guessing(address_of(request))
        context = {"number": number, "sentence": say(language_of(request), WRONG), "asked": False}
        return page(request, "portal/hotline_find.html", context, tab="mine", status=404)
    for code in meant:
        keep_code(request, code)
    return see(reverse("portal:hotline_order", args=[order.number]))
