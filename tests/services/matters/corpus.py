"""A small corpus of our own: three matters told by many, one person's repeats, and messages that stand alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bangban.services.matters import actions, sources

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)

DUST = (
    "越秀区锦绣新城小区旁边新建了一个水泥搅拌站，每天夜里机器轰鸣，粉尘很大，窗户都不敢开",
    "锦绣新城门口的搅拌站噪音扰民，灰尘满天飞，老人咳嗽不止，请环保部门来查",
    "投诉锦绣新城附近违规建设的混凝土搅拌站，粉尘污染严重，晚上十二点还在生产",
    "我家住锦绣新城三期，搅拌站的噪音和粉尘让孩子没法睡觉，什么时候能搬走",
    "锦绣新城业主反映：搅拌站没有环评手续就生产，扬尘和噪音影响几千户居民",
)
PARKING = (
    "番禺区海棠公馆开发商强制捆绑销售车位，不买车位就不给选房",
    "海棠公馆买房必须同时买车位，捆绑销售是否合法，请住建部门调查",
    "投诉海棠公馆楼盘违规捆绑车位，选房时被要求先交十五万元车位款",
    "海棠公馆认购时要求捆绑购买车位，拒绝就取消选房资格",
)
BUS = (
    "希望805路公交车改道经过学府路，学生上学没有公交车坐",
    "建议公交805路增加学府路站，中学生每天要走两公里",
    "学府路没有公交，请公交公司把805路改走学府路",
)
ALONE = (
    "请问退休人员的养老金什么时候调整，需要本人去社保局办理吗",
    "白云区一家健身房关门跑路，办的年卡不给退钱",
    "办理护照需要预约吗，材料要带哪些",
    "小孩户口随母亲，今年九月能不能在天河区上小学",
    "从化区荔枝镇的路灯坏了两个星期没有人修",
    "家里自来水发黄，已经三天了",
    "公司拖欠两个月工资，劳动仲裁怎么申请",
    "医保卡丢了怎么补办，异地能不能报销",
)


@dataclass(frozen=True)
class Order:
    """An order as the hotline tells it."""

    number: str
    at: datetime
    text: str
    title: str = ""
    place: str = ""
    region: str = "440104"
    phone_index: bytes | None = None
    confidential: bool | None = None
    center: int = 0


class Hotline:
    """Stands in for the hotline's `told`; `tell` registers an order and lets it be gathered."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}

    def told(self, number: str) -> Order | None:
        return self.orders.get(number)

    def note(self, text: str, *, day: float = 0, by: str = "", place: str = "", center: int = 0) -> Order:
        number = f"GD{len(self.orders) + 1:06d}"
        phone = (by or number).encode().ljust(16, b"\0")
        self.orders[number] = Order(
            number, START + timedelta(days=day), text, place=place, phone_index=phone, center=center
        )
        return self.orders[number]

    def tell(self, text: str, *, day: float = 0, by: str = "", place: str = "", center: int = 0) -> tuple[str, str]:
        """Return the number of the order and that of its matter."""
        order = self.note(text, day=day, by=by, place=place, center=center)
        return order.number, actions.take_in(order)


__all__ = ["ALONE", "BUS", "DUST", "PARKING", "START", "Hotline", "Order", "sources"]
