"""The cast of the tests: a small city with a centre, a district, a closed district, departments and their staff."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.undertaking import VERSION, accept_undertaking
from bangban.foundation.clocks.defaults import install_defaults
from bangban.foundation.clocks.moment import stand_at
from bangban.foundation.ledger.actions import make_partitions
from bangban.foundation.privacy.crypto import digest
from bangban.registry.org import actions as org
from bangban.registry.org.models import Body, Staff
from bangban.registry.org.reads import actor_of
from tests.remembered import remembered

WORKING_MORNING = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # a Wednesday, 10:00 in the city
NIGHT = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # the same day, 20:00


@dataclass
class Cast:
    """Everybody of the play, as actors."""

    guide: Actor
    second_guide: Actor
    specialist: Actor
    second_specialist: Actor
    manager: Actor
    adviser: Actor
    district_guide: Actor
    district_specialist: Actor
    editor: Actor
    reviewer: Actor
    stranger: Actor
    center: Body
    district: Body
    closed_district: Body
    department: Body

    def staff(self) -> dict[str, Actor]:
        """Return all staff by name of the part."""
        return {name: value for name, value in vars(self).items() if isinstance(value, Actor)}


def guest(token: str) -> Actor:
    """Return a guest who knows a case code."""
    return Actor("guest", "guest:test", channel="web", tokens=frozenset({digest(token.encode())}))


def _body(
    code: str, name: str, kind: str, level: str, parent: str, *, online: bool = True, region: str = "440100"
) -> Body:
    return org.save_body(
        org.NewBody(
            code=code, name=name, kind=kind, level=level, region=region, parent=parent, phone="020-00000001",
            address="测试路1号", opening_hours="工作日9:00-17:00", online_since=date(2026, 1, 1) if online else None,
        )
    )  # fmt: skip


def add_staff(username: str, name: str, body: str, *duties: str) -> Actor:
    staff: Staff = org.save_staff(org.NewStaff(username, name, body, duties))
    org.set_shifts(staff.id, [(d, time(0, 0), time(23, 59, 59)) for d in range(7)], workdays_only=False)
    accept_undertaking(staff.account_id, VERSION)
    staff.account.refresh_from_db()
    return actor_of(staff.account)


def make_city(moment: datetime = WORKING_MORNING) -> Cast:
    """Build the city and let the clock stand on a working morning."""
    stand_at(moment)
    make_partitions(moment)
    return _make_city()


@remembered
def _make_city() -> Cast:
    install_defaults()
    for code, name in (("440000", "广东省"), ("440100", "广州市"), ("440104", "越秀区"), ("440117", "从化区")):
        org.save_region(code, name)
    center = _body("gz", "广州市政务服务中心", "service_center", "city", "")
    district = _body("yx", "广州市越秀区政务服务中心", "service_center", "district", "gz", region="440104")
    closed = _body("ch", "广州市从化区政务服务中心", "service_center", "district", "gz", online=False, region="440117")
    department = _body("rsj", "广州市人力资源和社会保障局", "department", "city", "gz")
    return Cast(
        guide=add_staff("guide", "林引导", "gz", "triage_agent"),
        second_guide=add_staff("guide2", "周引导", "gz", "triage_agent"),
        specialist=add_staff("specialist", "陈专员", "gz", "dedicated_consultant"),
        second_specialist=add_staff("specialist2", "黄专员", "gz", "dedicated_consultant"),
        manager=add_staff("manager", "梁管理", "gz", "service_manager"),
        adviser=add_staff("adviser", "郑顾问", "rsj", "advisor"),
        district_guide=add_staff("yxguide", "何引导", "yx", "triage_agent"),
        district_specialist=add_staff("yxspecialist", "高专员", "yx", "dedicated_consultant"),
        editor=add_staff("editor", "罗编辑", "gz", "catalog_editor", "knowledge_editor"),
        reviewer=add_staff("reviewer", "宋审核", "gz", "catalog_reviewer", "knowledge_reviewer"),
        stranger=replace(add_staff("other", "马专员", "ch", "triage_agent", "dedicated_consultant")),
        center=center,
        district=district,
        closed_district=closed,
        department=department,
    )
