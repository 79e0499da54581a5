"""A small shelf of entries for the tests; own sentences."""

from __future__ import annotations

from bangban.services.assistant.retrieval import Hit, Passage

ENTRIES = (
    Passage(
        id="id-card",
        kind="item",
        title="居民身份证补领",
        text="居民身份证丢失的，可以向居住地派出所申请补领，交验居民户口簿，二十个工作日内发证。工本费四十元。",
        similar=("身份证丢了怎么补办", "身份证遗失"),
        unit="公安局",
    ),
    Passage(
        id="unemployment",
        kind="item",
        title="失业保险金申领",
        text="缴费满一年、非因本人意愿中断就业并已办理失业登记的，可以申领失业保险金。",
        unit="人力资源和社会保障局",
    ),
    Passage(
        id="fund",
        kind="item",
        title="住房公积金提取",
        text="购买、建造、翻建、大修自住住房的，可以提取职工住房公积金账户内的存储余额。",
        unit="住房公积金管理中心",
    ),
    Passage(
        id="licence",
        kind="item",
        title="机动车驾驶证期满换证",
        text="机动车驾驶人应当于驾驶证有效期满前九十日内申请换证，提交身体条件证明。",
        unit="公安局交通警察支队",
    ),
    Passage(
        id="shop",
        kind="knowledge",
        title="开一家餐馆要办哪些证？",
        text="先办理营业执照，再申请食品经营许可证；从业人员要有健康证明。",
        similar=("开饭店需要什么手续", "餐饮店办证"),
    ),
    Passage(
        id="marriage",
        kind="knowledge",
        title="结婚登记要预约吗？",
        text="双方共同到一方户口所在地的婚姻登记机关办理，可以提前预约。",
    ),
)


def hit(id_: str, score: float, kind: str = "item", title: str = "", region: str = "") -> Hit:
    """A hit with a score, for the rules."""
    passage = Passage(id=id_, kind=kind, title=title or f"事项{id_}", region=region)  # type: ignore[arg-type]
    return Hit(passage=passage, score=score, matched=passage.title, parts={})
