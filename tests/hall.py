"""A small hall for tests: two areas, three classes, four windows, and people who sit at them."""

from __future__ import annotations

from dataclasses import dataclass

from bangban.foundation.access.actors import Actor
from bangban.registry.halls import actions as halls
from bangban.registry.halls.models import DeviceKind, QueueClass, Window
from bangban.services.queues.actions import Issued, NewTicket, issue
from tests.cast import Cast, add_staff
from tests.remembered import remembered

KIOSK_KEY, RATING_KEY, BOARD_KEY = "kiosk-key-of-the-tests", "rating-key-of-the-tests", "board-key-of-the-tests"


@dataclass
class Hall:
    """The hall of the centre; `social` is A, `company` is B, `general` is Z."""

    body_id: int
    social: QueueClass
    company: QueueClass
    general: QueueClass
    windows: list[Window]
    clerks: list[Actor]
    hall_guide: Actor
    hall_manager: Actor
    kiosk: Actor
    rater: Actor

    def ticket(self, klass: QueueClass | None = None, actor: Actor | None = None, **more: object) -> Issued:
        """Issue a ticket at the desk."""
        return issue(actor or self.hall_guide, NewTicket(self.body_id, (klass or self.social).id, **more))  # type: ignore[arg-type]


def machine(body_id: int, code: str, kind: str) -> Actor:
    """A machine of a hall, as it acts when its key was shown."""
    name = f"{DeviceKind(kind).label}{code}"
    return Actor("device", f"device:{code}", name, channel="kiosk", unit_id=body_id, duties=frozenset({kind}))


@remembered
def make_hall(city: Cast) -> Hall:
    """Furnish the centre's hall and staff it; windows stay closed."""
    body = city.center.id
    west = halls.save_area(body, "W", "西侧等候区", floor="1层", route="进门左转")
    east = halls.save_area(body, "E", "东侧等候区", floor="2层", route="乘扶梯到二层右转")
    social = halls.save_class(body, "A", "社保医保", west, words=["社保", "医保", "养老金"], service_seconds=600)
    company = halls.save_class(body, "B", "企业开办", east, words=["营业执照", "开公司"], service_seconds=900)
    general = halls.save_class(body, "Z", "综合业务", west, general=True, service_seconds=480)
    windows = [
        halls.save_window(body, "1号窗口", west, [social, general], position=1),
        halls.save_window(body, "2号窗口", west, [social], position=2),
        halls.save_window(body, "3号窗口", east, [company], position=3),
        halls.save_window(body, "4号窗口", west, [general], position=4),
    ]
    halls.save_facility(body, "洗手间", "洗手间", "等候区北侧尽头", words=["厕所", "卫生间"])
    halls.register_device(body, "self_service_terminal", "K1", place="大厅入口", key=KIOSK_KEY)
    halls.register_device(body, "rating_device", "R1", window=windows[0], key=RATING_KEY)
    halls.register_device(body, "board", "B1", area=west, key=BOARD_KEY)
    return Hall(
        body_id=body,
        social=social,
        company=company,
        general=general,
        windows=windows,
        clerks=[add_staff(f"clerk{n}", f"窗口员{n}", "gz", "window_clerk") for n in range(1, 5)],
        hall_guide=add_staff("hallguide", "许引导", "gz", "hall_guide"),
        hall_manager=add_staff("hallmanager", "程值班", "gz", "hall_manager"),
        kiosk=machine(body, "K1", DeviceKind.KIOSK),
        rater=machine(body, "R1", DeviceKind.RATING),
    )
