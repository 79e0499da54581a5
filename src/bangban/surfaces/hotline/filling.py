"""The order form that follows the talk: every field is saved as it is typed, by itself (GB33358-5.1.2.5, 5.1.2.4-a)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import FlowError
from bangban.registry.org.models import Region
from bangban.registry.org.reads import tree
from bangban.services.hotline import actions, terms
from bangban.services.hotline.actions.opening import NewOrder
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.reads import OrderView, order_view
from bangban.services.hotline.reads.catalogue import categories
from bangban.services.hotline.reads.talk import questions as guiding
from bangban.surfaces.desk import pages
from bangban.surfaces.desk.forms.fields import CHOOSER, Field
from bangban.surfaces.web.errors import status_of

SECRECY = [("yes", "需要保密"), ("no", "不需要保密")]
BASE = "base."
FACT = "fact."


def may_fill(view: OrderView, actor: Actor) -> bool:
    """Tell whether this viewer writes the order now: its own agent, while it is with the hotline."""
    return (
        view.state in ("registering", "registered")
        and view.order.agent_id == actor.staff_id
        and actor.staff_id is not None
    )


def form_of(view: OrderView) -> dict[str, Any]:
    """Return the sections of the form with what is known."""
    order = view.order
    complaint = order.kind in terms.COMPLAINTS
    regions = _regions()
    return {
        "sections": [
            {"id": "matter", "title": "诉求", "fields": [
                Field("kind", "诉求类型", "radio", options=terms.Kind.choices, value=order.kind,
                      hint="求助：请政府解决困难；投诉：不满机关、单位或其人员的作风、质量、效率；举报：揭发他人违法违规"),
                *([Field("consultation_kind", "咨询内容", "radio", options=terms.ConsultationKind.choices,
                         value=order.consultation_kind, required=False)] if order.kind == "consultation" else []),
                Field("category", "事项分类", "select", options=_classes(), blank="请选择", attrs=CHOOSER,
                      value=order.category.code if order.category else ""),
                Field("request", "要求", value=order.request, rows=3, hint="诉求人希望政府做什么"),
                Field("happened", "时间", "text", value=order.happened, hint="什么时候发生的，持续多久"),
                Field("place", "地点", "text", value=order.place, hint="区、街道、路、门牌、小区或单位"),
                Field("region", "所在区域", "select", options=regions, value=order.region, blank="请选择", required=False,
                      attrs=CHOOSER),
                Field("course", "过程", value=order.course, rows=4),
                Field("present_state", "现状", value=order.present_state, rows=2),
                Field("urgency", "缓急", "radio", options=terms.Urgency.choices, value=order.urgency,
                      hint="话里有紧急情况的词会自动设为突发应急；核实不是的，请改回来"),
            ]},
            *([{"id": "about", "title": "被投诉对象" if order.kind == "complaint" else "被举报的机关或单位", "fields": [
                Field("about_unit", "单位", "select", options=_bodies(), value=str(order.about_unit_id or ""), blank="请选择",
                      required=order.kind == "complaint", attrs=CHOOSER,
                      hint="" if order.kind == "complaint" else "举报的是机关、单位或其人员时选择，它和下属单位不能承办；不是的留空"),
                Field("about_staff_number", "人员工号", "text", required=False,
                      value=order.about_staff.work_number if order.about_staff else ""),
                *([Field("aspect", "反映方面", "radio", options=terms.Aspect.choices, value=order.aspect)]
                  if order.kind == "complaint" else []),
            ]}] if complaint else []),
            {"id": "caller", "title": "诉求人", "fields": [
                Field("contact_name", "姓名", "text", required=False, value=order.contact_name),
                Field("contact_phone", "联系电话", "text", required=False, value=order.contact_phone),
                Field("contact_address", "地址", "text", required=False, value=order.contact_address),
                Field("subject_kind", "身份", "radio", options=terms.SubjectKind.choices, value=order.subject_kind),
                Field("confidential", "个人信息是否保密", "radio", options=SECRECY,
                      value={True: "yes", False: "no", None: ""}[order.confidential], required=complaint,
                      hint="投诉、举报必须先问：您的个人信息是否需要保密？"),
                Field("wished_reply", "希望怎样答复", "select", options=terms.ReplyChannel.choices, value=order.wished_reply),
            ]},
        ],
        "asked": questions_of(order),
    }  # fmt: skip


def questions_of(order: WorkOrder) -> list[dict[str, Any]]:
    """Return what the class of the matter and those above it ask, with what was answered, or why not (GB33358-5.1.2.4-a)."""
    return [
        {
            "field": one.field, "ask": one.ask, "required": one.required, "value": one.answer, "skip": one.skip,
            "skipped": one.reason,
        }
        for one in guiding(order)
        if one.field.startswith(FACT)
    ]  # fmt: skip


def _classes() -> list[tuple[str, str]]:
    return [(one.code, one.path or one.name) for one in categories()]


def _regions() -> list[tuple[str, str]]:
    return list(
        Region.objects.filter(level__in=("district", "township")).order_by("code").values_list("code", "name")[:400]
    )


def _bodies() -> list[tuple[str, str]]:
    return sorted(((str(one.id), one.name) for one in tree().by_id.values()), key=lambda option: option[1])


@require_POST
@pages.staff("orders.intake")
def save(request: HttpRequest, number: str) -> HttpResponse:
    """Save what was typed, field by field; answers what was saved, what was wrong, and what somebody else changed."""
    changes = {
        name: str(value).replace("\r\n", "\n")
        for name, value in request.POST.items()
        if name not in ("csrfmiddlewaretoken", "client_id") and not name.startswith(BASE)
    }
    base = {name.removeprefix(BASE): str(value) for name, value in request.POST.items() if name.startswith(BASE)}
    try:
        saved = actions.save(pages.desk_actor(request), number, changes, base)
    except FlowError as error:
        return JsonResponse(
            {"detail": error.sentence, "problems": error.details.get("fields", {})}, status=status_of(error)
        )
    return JsonResponse({
        "version": saved.version, "saved": saved.saved, "conflicts": saved.conflicts,
        "problems": getattr(saved, "problems", {}),
    })  # fmt: skip


@require_safe
@pages.staff("orders.intake", quiet=True)
def questions(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the form anew after kind or class changed: other fields are asked for."""
    actor = pages.desk_actor(request)
    view = order_view(actor, number)
    return pages.part(request, "hotline/_filling.html", {"view": view, "fills": may_fill(view, actor), **form_of(view)})


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff("orders.intake")
def new(request: HttpRequest) -> HttpResponse:
    """Begin an order by hand: somebody stands at the desk, or a call came without an event."""
    if request.method != "POST":
        return pages.see(reverse("hotline:orders"))
    source = request.POST.get("source", "telephone")
    given = NewOrder(
        source=source if source in terms.Source.values else terms.Source.TELEPHONE.value,
        phone=request.POST.get("phone", "")[:40],
    )
    opened = actions.open_order(pages.desk_actor(request), given)
    return pages.done(request, reverse("hotline:order", args=[opened.order.number]))
