"""A small hotline for tests of every room: its staff, three units with undertakers, an emergency body, a few classes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.access.undertaking import VERSION, accept_undertaking
from bangban.foundation.clocks.defaults import install_defaults
from bangban.foundation.clocks.moment import stand_at
from bangban.foundation.ledger.actions import make_partitions
from bangban.registry.org import actions as org
from bangban.registry.org import reads as places
from bangban.registry.org.models import Body, Staff
from bangban.registry.org.reads import actor_of
from bangban.services.hotline.actions import catalogue
from bangban.services.hotline.actions.opening import NewOrder, open_order
from bangban.services.hotline.actions.registering import register, save
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.reads.catalogue import forget
from bangban.services.hotline.terms import EmergencyClass
from tests.cast import WORKING_MORNING
from tests.remembered import remembered

PHONE = "13900000012"
MATTER = {
    "happened": "昨晚11点", "place": "幸福路12号门口", "course": "工地连续施工，打桩声很大", "present_state": "今天还在施工",
    "request": "要求夜间停止施工", "region": "440104000000",
}  # fmt: skip
ASKED: dict[str, Any] = {"how": "座席话机故障，用值班电话拨打", "early": "诉求人要求当天回访"}
"""How a visitor says that a call-back was made by another telephone, and before its time."""
NOISE, POTHOLE, PENSION = "040101", "030201", "020101"
"""Classes: noise of building sites (a required question), damage of roads, pensions (answered at once)."""


@dataclass
class Hotline:
    """Everybody of a hotline, as actors; `units` may undertake, `emergency_body` takes accidents and disasters."""

    agent: Actor
    second_agent: Actor
    manager: Actor
    second_manager: Actor
    visitor: Actor
    officer: Actor
    statistician: Actor
    inspector: Actor
    archivist: Actor
    builder: Actor
    second_builder: Actor
    roads: Actor
    rescue: Actor
    outsider: Actor
    center: Body
    building_unit: Body
    roads_unit: Body
    emergency_body: Body
    unregistered_unit: Body

    @property
    def units(self) -> tuple[Body, Body]:
        """The two units of ordinary orders: building (noise) and roads."""
        return self.building_unit, self.roads_unit

    def staff(self) -> dict[str, Actor]:
        """Return all staff by name of the part."""
        return {name: value for name, value in vars(self).items() if isinstance(value, Actor)}


def _body(code: str, name: str, kind: str, region: str = "440100", level: str = "city") -> Body:
    return org.save_body(
        org.NewBody(
            code=code, name=name, kind=kind, level=level, region=region, phone="020-00012345", address="测试路2号",
            opening_hours="工作日9:00-17:00", online_since=date(2026, 1, 1),
        )
    )  # fmt: skip


def hotline_staff(
    username: str, name: str, body: str, *duties: str, work_number: str = "", languages: tuple[str, ...] = ()
) -> Actor:
    """Add a member of staff on duty round the clock who has signed the undertaking."""
    staff: Staff = org.save_staff(
        org.NewStaff(username, name, body, duties, work_number=work_number, languages=languages)
    )
    org.set_shifts(staff.id, [(d, time(0, 0), time(23, 59, 59)) for d in range(7)], workdays_only=False)
    accept_undertaking(staff.account_id, VERSION)
    staff.account.refresh_from_db()
    return actor_of(staff.account)


def make_hotline(moment: datetime = WORKING_MORNING) -> Hotline:
    """Build the hotline and let the clock stand; fits beside `make_city` in one test."""
    stand_at(moment)
    make_partitions(moment)
    line = _make_hotline()
    places.forget()
    forget()
    return line


@remembered
def _make_hotline() -> Hotline:
    install_defaults()
    for code, name in (("440000", "广东省"), ("440100", "广州市"), ("440104", "越秀区"), ("440117", "从化区")):
        org.save_region(code, name)
    center = _body("hl", "广州市12345政务服务热线", "hotline")
    building = _body("zjj", "广州市住房和城乡建设局", "department")
    roads = _body("jtj", "广州市交通运输局", "department")
    emergency = _body("yjj", "广州市应急管理局", "department")
    unregistered = _body("wsj", "广州市文物局", "department")
    places.forget()
    forget()
    for body, contact, phone, duty, classes in (
        (center, "值班长", "13800000100", "020-00012300", ()),
        (building, "许联络", "13800000101", "020-00012301", ()),
        (roads, "曾联络", "13800000102", "020-00012302", ()),
        (emergency, "邓值班", "13800000103", "020-00012303", (EmergencyClass.ACCIDENT, EmergencyClass.NATURAL)),
    ):
        catalogue.register_undertaker(
            SYSTEM, body.id, contact, phone, duty_phone=duty, duties=("按职责承办热线工单",), emergency=tuple(classes)
        )
    make_categories()
    catalogue.save_dispatch(SYSTEM, NOISE, building.id)
    catalogue.save_dispatch(SYSTEM, POTHOLE, roads.id)
    add = hotline_staff
    return Hotline(
        agent=add("hl_agent", "江话务", "hl", "hotline_agent", work_number="801", languages=("mandarin", "cantonese")),
        second_agent=add(
            "hl_agent2", "余话务", "hl", "hotline_agent", work_number="802", languages=("mandarin", "english")
        ),
        manager=add("hl_manager", "崔值班", "hl", "hotline_manager", work_number="810"),
        second_manager=add("hl_manager2", "覃值班", "hl", "hotline_manager", work_number="811"),
        visitor=add("hl_visitor", "葛回访", "hl", "callback_visitor", work_number="820"),
        officer=add("hl_officer", "贺督办", "hl", "supervision_officer", work_number="830"),
        statistician=add("hl_figures", "倪统计", "hl", "statistics_officer", work_number="840"),
        inspector=add("hl_quality", "舒质检", "hl", "quality_inspector", work_number="850"),
        archivist=add("hl_archive", "阮档案", "hl", "archivist", work_number="860"),
        builder=add("zjj_staff", "施承办", "zjj", "undertaker"),
        second_builder=add("zjj_staff2", "柏承办", "zjj", "undertaker"),
        roads=add("jtj_staff", "路承办", "jtj", "undertaker"),
        rescue=add("yjj_staff", "安值守", "yjj", "undertaker"),
        outsider=add("wsj_staff", "文承办", "wsj", "undertaker"),
        center=center,
        building_unit=building,
        roads_unit=roads,
        emergency_body=emergency,
        unregistered_unit=unregistered,
    )


def make_categories() -> None:
    """Make four classes in two levels above them; the noise of building sites has a required question."""
    asked = [{"code": "site", "ask": "是哪个工地、什么单位在施工？", "required": True},
             {"code": "hours", "ask": "一般几点到几点？", "required": False}]  # fmt: skip
    for code, name, keywords, questions, days in (
        ("020000", "劳动和社会保障", (), (), None),
        ("020100", "养老保险", (), (), None),
        ("020101", "养老金领取", ("养老金", "退休"), (), None),
        ("030000", "交通出行", (), (), None),
        ("030200", "道路设施", (), (), None),
        ("030201", "道路破损", ("坑洼", "路面"), (), 3),
        ("040000", "城乡建设", (), (), None),
        ("040100", "施工管理", (), (), None),
        ("040101", "施工噪声", ("施工", "噪声", "工地"), asked, 5),
    ):
        catalogue.save_category(SYSTEM, code, name, keywords=keywords, questions=questions, limit_days=days)


def opened_order(line: Hotline, source: str = "telephone", **changes: object) -> str:
    """Return the number of a new order that the agent is taking; `changes` are fields of NewOrder."""
    given = {"phone": PHONE, "name": "李四", "call_id": uuid4() if source == "telephone" else None, **changes}
    return open_order(line.agent, NewOrder(source, **given)).order.number  # type: ignore[arg-type]


def registered_order(line: Hotline, kind: str = "help_request", category: str = NOISE, **changes: object) -> WorkOrder:
    """Return a registered order of a kind with the whole matter; `changes` are further fields of the form."""
    number = opened_order(line)
    form: dict[str, object] = {
        "kind": kind,
        "category": category,
        "title": "夜间施工扰民",
        "fact.site": "幸福工地",
        **MATTER,
    }
    if kind in ("complaint", "report_of_violation"):
        form |= {"confidential": "no", "about_unit": line.building_unit.id, "aspect": "style"}
    if kind == "consultation":
        form |= {"consultation_kind": "policy"}
    done = save(line.agent, number, form | changes)
    assert not done.problems, done.problems
    return register(line.agent, number)
