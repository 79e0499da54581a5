"""A stock of many orders, whose columns hang together as those of a city do.

Rows come by COPY; what lists read (columns, digests, assignments, clocks of open orders) is complete, events are not.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import product
from typing import Any

from bangban.bench.household import MORNING

UNITS = 300
AGENTS = 40
AGES = (
    (1, (("registering", 15), ("registered", 35), ("dispatched", 40), ("completed", 5), ("refused", 3), ("merged", 2))),
    (10, (("handling", 70), ("dispatched", 8), ("returned", 4), ("completed", 12), ("refused", 3), ("merged", 3))),
    (25, (("handling", 15), ("completed", 35), ("visited", 35), ("returned", 1), ("refused", 2), ("archived", 12))),
    (10_000, (("archived", 985), ("visited", 4), ("handling", 1), ("refused", 6), ("merged", 4))),
)
"""What states the orders of an age (at most so many days) are in."""
FIELDS = (
    # share, things, kinds, urgent of a hundred that are no questions
    (25, ("社保转移", "医保报销", "养老金", "居住证"), (("consultation", 80), ("help_request", 12), ("query", 7), ("suggestion", 1)), 0),
    (20, ("噪音", "围挡施工", "油烟", "占道经营"), (("complaint", 70), ("report_of_violation", 12), ("help_request", 18)), 1),
    (20, ("电梯故障", "水压", "燃气", "路灯"), (("help_request", 85), ("complaint", 10), ("consultation", 5)), 12),
    (15, ("物业费", "停车位", "房产证", "宽带"), (("help_request", 40), ("consultation", 35), ("complaint", 25)), 0),
    (12, ("公交站", "网约车", "学位", "幼儿园"), (("consultation", 55), ("suggestion", 30), ("complaint", 15)), 0),
    (8, ("拖欠工资", "污水", "垃圾清运", "井盖"), (("report_of_violation", 35), ("complaint", 35), ("help_request", 30)), 6),
)  # fmt: skip
"""What comes to a line: who asks about pensions does not complain about noise, and nothing about pensions is urgent."""
FAULTS = ("坏了没人修", "半夜还在响", "堵了好几天", "收费不合理", "一直没有答复", "影响老人出行", "存在安全隐患", "多次反映未解决",
          "不知道去哪里办", "材料交了没有下文", "晚上十一点还在施工", "雨天积水严重")  # fmt: skip
REGIONS = ("440106000000", "440105000000", "440104000000", "440111000000", "440113000000", "440112000000", "440103000000",
           "440114000000", "440115000000", "440118000000", "440117000000")  # fmt: skip
ROADS = ("石牌村", "棠下小区", "新港东路", "江南大道", "东风西街", "解放中路", "白云里", "人和墟", "市桥路", "大石街", "科学大道",
         "开创大道", "沿江大道", "荔湾路", "新华街", "花城广场", "金洲路", "南沙湾", "荔城街", "增江里", "街口镇", "幸福路")  # fmt: skip
"""Two roads of each region, in its order."""


def fill(count: int) -> tuple[Any, Any, Any]:
    """Make units, classes and `count` orders; returns an undertaker of the biggest and of a small unit, and an agent."""
    from django.db import connection

    from bangban.registry.org import actions as org
    from bangban.registry.org import reads as places
    from bangban.registry.org.reads import actor_of
    from bangban.services.hotline.models import Assignment, Category, WorkOrder

    center = org.save_body(_body("hl", "热线", "hotline"))
    units = [org.save_body(_body(f"u{n}", f"承办单位{n}", "department")).id for n in range(UNITS)]
    classes = [
        Category.objects.get_or_create(code=f"{top:02}{mid:02}{low:02}", defaults={"name": f"类{top}-{mid}-{low}"})[0].id
        for top in range(1, 7) for mid in range(1, 4) for low in range(1, 4)
    ]  # fmt: skip
    places.forget()
    staff = {name: org.save_staff(org.NewStaff(name, name, body, duties))
             for name, body, duties in (("big", "u0", ("undertaker",)), ("small", "u250", ("undertaker",)),
                                        ("desk", "hl", ("hotline_agent", "hotline_manager")),
                                        *((f"agent{n}", "hl", ("hotline_agent",)) for n in range(AGENTS)))}  # fmt: skip
    agents = [staff[name].id for name in staff if name.startswith("agent")]
    with connection.cursor() as cursor:
        _copy(cursor, WorkOrder, _orders(count, center.id, units, classes, agents))
        cursor.execute(
            "INSERT INTO hotline_assignment (id, order_id, round, unit_id, role, state, designated, task, offered_at, due_at,"
            " ended_at, opinion, reason) SELECT gen_random_uuid(), id, 1, lead_unit_id, 'lead', CASE state WHEN 'dispatched' THEN 'offered'"
            " WHEN 'handling' THEN 'signed' ELSE 'replied' END, false, ''::bytea, received_at, received_at + interval '5 days',"
            " completed_at, ''::bytea, '' FROM hotline_workorder WHERE lead_unit_id IS NOT NULL"
        )
        cursor.execute(
            "INSERT INTO clocks_clock (id, record_type, record_id, rule_id, code, unit_id, state, started_at, due_at, warn_at,"
            " calendar_version) SELECT gen_random_uuid(), 'order', o.id, r.id, r.code, o.lead_unit_id, 'running', o.received_at,"
            " o.due_at, o.due_at, '' FROM hotline_workorder o, clocks_clockrule r"
            " WHERE o.state IN ('dispatched', 'handling') AND r.code = 'order_handle'"
        )
        for model in (WorkOrder, Assignment):
            cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")
        cursor.execute("VACUUM ANALYZE clocks_clock")
    for one in staff.values():
        one.account.refresh_from_db()
    return actor_of(staff["big"].account), actor_of(staff["small"].account), actor_of(staff["desk"].account)


def _body(code: str, name: str, kind: str) -> Any:
    from bangban.registry.org import actions as org

    return org.NewBody(
        code=code, name=name, kind=kind, level="city", region="440100", parent="", phone="020-12345", address="测试路",
        opening_hours="全天", online_since=None,
    )  # fmt: skip


def _orders(
    count: int, center: int, units: list[int], classes: list[int], agents: list[int]
) -> Iterator[dict[str, Any]]:
    """Yield orders whose columns hang together as those of a city do: age with state, field with kind, class, unit and words,
    unit with region, road with region, kind with urgency and secrecy. So some pairs are frequent and others never occur."""
    from bangban.foundation.ledger.identifiers import new_id
    from bangban.foundation.privacy.crypto import blind_index
    from bangban.services.hotline.words import digests

    dice = random.Random(12345)
    texts: dict[tuple[str, str, str], tuple[str, str, list[int]]] = {}
    rare = digests(["红棉巷77号"])
    phones = [blind_index(f"139{n:08d}", "phone") for n in range(2000)]
    shares = [field[0] for field in FIELDS]
    regions = [1 / (1 + place) for place in range(len(REGIONS))]
    owners = _owners(units)
    for place in range(count):
        at = MORNING - timedelta(seconds=place * 31)
        field = dice.choices(range(len(FIELDS)), shares)[0]
        _, things, kinds, urgent = FIELDS[field]
        thing, region = dice.choices(range(4), (4, 3, 2, 1))[0], dice.choices(range(len(REGIONS)), regions)[0]
        told = (things[thing], dice.choice(FAULTS), ROADS[2 * region + dice.randrange(2)])
        if told not in texts:
            name, fault, road = told
            title, request = f"{road}{name}{fault}", f"请尽快处理{road}的{name}问题，{fault}"
            texts[told] = (title, request, digests([title, request, road]))
        title, request, words = texts[told]
        kind, state = (
            _drawn(dice, kinds),
            _drawn(dice, next(states for days, states in AGES if place * 31 < days * 86400)),
        )
        with_unit = state not in ("registering", "registered", "refused", "merged") and kind != "query"
        state = state if with_unit or state not in ("dispatched", "handling", "returned") else "registered"
        over = state in ("archived", "visited", "completed")
        unit = dice.choices(*owners[field, region])[0] if with_unit else None
        grave, asked = kind not in ("consultation", "query", "suggestion"), kind in ("complaint", "report_of_violation")
        storm = field == 2 and 120 < place * 31 / 86400 < 123
        twice = (
            grave and state in ("archived", "handling") and dice.randrange(100) < (6 if unit and unit % 7 == 0 else 1)
        )
        yield {
            "id": new_id(), "number": f"GB{place:014d}", "state": state, "kind": kind, "center_id": center, "received_at": at,
            "created_at": at, "updated_at": at, "title": title, "request": request,
            "source": dice.choices(("telephone", "website", "sms", "mailbox", "media"), (80, 12, 5, 2, 1 if place < 150_000 else 0))[0],
            "words": words + rare if place % 40_000 == 7 else words, "lead_unit_id": unit, "units": [unit] if unit else [],
            "category_id": classes[field * 9 + thing * 2 + dice.randrange(2)],
            "agent_id": dice.choice(agents) if state != "registering" else None, "region": REGIONS[region],
            "phone_index": phones[place % 2000],
            "urgency": "emergency" if storm else "urgent" if grave and dice.randrange(100) < urgent else "ordinary",
            "round": 2 if twice else 1, "confidential": dice.randrange(100) < 40 if asked else None,
            "confidential_asked_at": at if asked else None,
            "supervision_level": 1 if twice and dice.randrange(4) == 0 else 0,
            "due_at": at + timedelta(days=5) if unit else None, "transferred_at": at if unit else None,
            "completed_at": at + timedelta(days=3) if over else None, "result_code": "solved" if over else "",
            "replied_at": at + timedelta(days=3) if over else None, "path_told": "请向法院反映" if state == "refused" else "",
            "contact_name": "张三",
        }  # fmt: skip


def _drawn(dice: random.Random, weighed: Sequence[tuple[str, int]]) -> str:
    return dice.choices([name for name, _ in weighed], [weight for _, weight in weighed])[0]


def _owners(units: list[int]) -> dict[tuple[int, int], tuple[list[int], list[float]]]:
    """Return who handles a field in a region: bureaus of the city, and from the sixtieth on offices of one region each."""
    found: dict[tuple[int, int], tuple[list[int], list[float]]] = {}
    for field, region in product(range(len(FIELDS)), range(len(REGIONS))):
        own = [n for n in range(len(units)) if n % len(FIELDS) == field and (n < 60 or n % len(REGIONS) == region)]
        found[field, region] = [units[n] for n in own], [1 / (1 + n) for n in own]
    return found


def _copy(cursor: Any, model: Any, rows: Iterator[dict[str, Any]]) -> None:
    """Write rows with COPY; fields not given have the model's default."""
    from django.db import connection

    fields = list(model._meta.concrete_fields)
    sealed: dict[tuple[str, str], Any] = {}
    named = ", ".join(f'"{field.column}"' for field in fields)
    defaults = {field.column: field.get_default() for field in fields}
    with cursor.connection.cursor().copy(f"COPY {model._meta.db_table} ({named}) FROM STDIN") as copy:
        for row in rows:
            values = []
            for field in fields:
                value = row.get(field.column, defaults[field.column])
                if type(field).__name__ == "SealedTextField":
                    key = (field.column, value)
                    if key not in sealed:
                        sealed[key] = field.get_db_prep_value(value, connection)
                    value = sealed[key]
                elif type(field).__name__ == "SealedAnswersField":
                    value = field.get_db_prep_value(value, connection)
                elif isinstance(value, memoryview):
                    value = bytes(value)
                values.append(value)
            copy.write_row(values)
