"""Special reports: a topic with its orders, by hand or from a concentrated matter (GB33358-5.6.2.1)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import opening
from bangban.foundation.flows.flow import Incomplete
from bangban.oversight.reports import suggesting
from bangban.oversight.reports.actions.starting import new_report, officer_of, tell_drafted
from bangban.oversight.reports.figures import count_matter
from bangban.oversight.reports.flow import FLOW
from bangban.oversight.reports.models import Report, ReportOrder
from bangban.oversight.reports.terms import Kind
from bangban.services.hotline.models import WorkOrder
from bangban.services.matters.models import Matter, MatterOrder
from bangban.services.matters.models.matters import Kind as MatterKind

TOPIC_LIMIT, MOST_ORDERS = 60, 2000
MARKS = frozenset("：:，,、；;。！？!?“”")
INNER = str.maketrans("“”", "‘’")


def draft_special(actor: Actor, body_id: int, topic: str, numbers: Sequence[str], *, matter: str = "") -> Report:
    """Open a special report on a topic over some orders; raises Incomplete for gaps and orders that do not exist."""
    officer_of(actor, body_id)
    return _special(actor, body_id, topic.strip(), _asked(body_id, topic, numbers), matter)


def _asked(body_id: int, topic: str, numbers: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(one.strip().upper() for one in numbers if one.strip()))
    problems = {}
    if not topic.strip() or len(topic.strip()) > TOPIC_LIMIT:
        problems["topic"] = f"请用{TOPIC_LIMIT}字以内写明是什么问题。"
    known = set(
        WorkOrder.objects.filter(center_id=body_id, number__in=wanted[:MOST_ORDERS]).values_list("number", flat=True)
    )
    missing = [one for one in wanted if one not in known]
    if not wanted:
        problems["orders"] = "请填写关联的工单编号。"
    elif len(wanted) > MOST_ORDERS:
        problems["orders"] = f"最多关联{MOST_ORDERS}件工单。"
    elif missing:
        problems["orders"] = f"没有找到这些工单：{'、'.join(one[:20] for one in missing[:5])}。"
    if problems:
        raise Incomplete("还不能建立专题报告，请检查标出的内容。", fields=problems)
    return wanted


def _special(actor: Actor, body_id: int, topic: str, numbers: Sequence[str], matter: str) -> Report:
    at = now()
    content = count_matter(body_id, topic, numbers, at)
    report = new_report(actor, Kind.SPECIAL, body_id, title_of(topic, of_matter=bool(matter)), content, at)
    report.topic, report.matter_number, report.suggestions = topic, matter, suggesting.special(content)
    with transaction.atomic(), opening(FLOW, report, actor) as work:
        for number in numbers:
            work.insert(ReportOrder(report_id=report.id, order_number=number))
        work.tell(matter=matter, orders=len(numbers))
        if actor.kind == "system":
            tell_drafted(work)
    return report


def title_of(topic: str, *, of_matter: bool = False) -> str:
    """Return the title of a special report: a plain phrase stands in it, callers' words stand in quotation marks.

    A matter is called "place：words of its orders"; so may be a topic by hand.
    """
    place, colon, words = topic.partition("：")
    if not (of_matter or set(topic) & MARKS):
        return f"关于{topic}的专题报告"
    quoted = (words if colon and place and words else topic).translate(INNER)
    return f"关于{place if colon and place and words else ''}“{quoted}”诉求的专题报告"


def special_of_matter(matter: str) -> Report | None:
    """Open the special-report task of a concentrated matter (GB33358-5.6.2.1); None when one was made before.

    The hotline is that of the matter. What one person told again and again is no concentrated matter.
    """
    row = Matter.objects.filter(number=matter, kind=MatterKind.CONCENTRATED).first()
    if row is None:
        return None
    if Report.objects.filter(matter_number=matter).exclude(state="cancelled").exists():
        return None
    own = orders_of_matter(matter, row.center_id) if row.center_id else []
    if not row.center_id or not own:
        return None
    return _special(SYSTEM, row.center_id, (row.title.strip() or "多人反映的同类问题")[:TOPIC_LIMIT], own, matter)


def orders_of_matter(matter: str, center_id: int) -> list[str]:
    """Return a hotline's orders that belong to a matter now."""
    held = MatterOrder.objects.filter(matter__number=matter, removed_at=None).values("order_number")
    rows = WorkOrder.objects.filter(center_id=center_id, number__in=held)
    return list(rows.order_by("number").values_list("number", flat=True))
