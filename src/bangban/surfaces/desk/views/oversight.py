"""Clauses with what proves them, and the ledger as auditors see it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bangban.foundation.access.reads import Wanted, security_log
from bangban.foundation.access.security_log import KINDS
from bangban.foundation.ledger.models import Event, Seal
from bangban.foundation.ledger.verify import verify
from bangban.oversight.conformance.reads import WORDS, clauses, totals
from bangban.surfaces.desk import pages
from bangban.surfaces.desk.devices import device_name

LAST_SEALS, LAST_EVENTS = 12, 100
AREAS = {
    "agency": "代办", "analysis": "成果分析", "application": "办件", "appointment": "预约", "archive": "归档", "assistant": "智能客服",
    "case": "咨询导办帮办", "catalog": "事项与指南", "channels": "渠道", "checklist": "要件与要素", "complaint": "投诉", "conversation": "对话",
    "dispatch": "分派", "evaluation": "评价", "hotline": "热线", "identity": "身份", "knowledge": "知识", "notify": "通知",
    "org": "组织与人员", "payment-mail": "支付与邮寄", "queue": "排队叫号", "security": "安全", "supervision": "监督", "training": "培训",
}  # fmt: skip


@require_safe
@pages.staff("conformance.view")
def conformance(request: HttpRequest) -> HttpResponse:
    """Show how many clauses are proved, built or open, and each of them."""
    counted = totals()
    area = request.GET.get("area", "")
    area = area if area in counted else next(iter(counted), "")
    state = request.GET.get("state", "")
    state = state if state in WORDS else ""
    rows = [clause for clause in clauses() if clause.area == area and state in ("", clause.state)]
    whole = {word: sum(part[word] for part in counted.values()) for word in WORDS}
    base = reverse("desk:conformance")
    context = {
        "rows": rows,
        "words": WORDS,
        "whole": whole,
        "total": sum(whole.values()),
        "areas": [
            {
                "label": AREAS.get(name, name),
                "value": part["proved"],
                "text": f"{part['proved']} / {sum(part.values())}",
                "url": f"{base}?area={name}",
            }
            for name, part in counted.items()
        ],
        "chips": [{"label": "全部", "url": f"{base}?area={area}", "current": not state}]
        + [
            {"label": word, "url": f"{base}?area={area}&state={code}", "current": code == state}
            for code, word in WORDS.items()
        ],
        "area": AREAS.get(area, area),
        "tones": {"proved": "success", "built": "warn", "open": "neutral"},
    }
    return pages.page(request, "desk/conformance.html", context, current="conformance")


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff("ledger.audit")
def ledger(request: HttpRequest) -> HttpResponse:
    """Show the last seals, the events of a record and the security log; a POST proves the whole ledger now."""
    number = request.GET.get("number", "").strip().upper()[:40]
    kind = request.GET.get("kind", "")
    events = list(Event.objects.filter(number=number).order_by("position")[:LAST_EVENTS]) if number else []
    context = {
        "report": verify() if request.method == "POST" else None,
        "seals": Seal.objects.order_by("-id")[:LAST_SEALS],
        "number": number,
        "events": events,
        "kinds": list(KINDS.items()),
        "device_name": device_name,
        "kind": kind if kind in KINDS else "",
        "security": security_log(pages.desk_actor(request), Wanted(kind=kind if kind in KINDS else ""), limit=50),
    }
    return pages.page(request, "desk/ledger.html", context, current="ledger")
