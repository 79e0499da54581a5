"""People and papers of the registry's tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.models import Unit
from bangban.registry.catalog import terms
from bangban.registry.catalog.guide import Basis, Fee, Guide, MaterialLine, Step
from bangban.registry.org import actions as org
from bangban.registry.org.reads import actor_of

GUIDE = Guide(
    name="失业保险金申领",
    department_name="广州市人力资源和社会保障局",
    item_type=terms.ItemType.BENEFIT,
    audience=(terms.Audience.PERSON,),
    region="440100000000",
    region_name="广州市",
    level=terms.Level.CITY,
    themes=("社会保障",),
    conditions="非因本人意愿中断就业，已办理失业登记，并有求职要求。",
    materials=(
        MaterialLine(
            name="居民身份证",
            kind=terms.MaterialKind.ORIGINAL,
            originals=1,
            necessity=terms.Necessity.REQUIRED,
            source=terms.MaterialSource.GOVERNMENT,
        ),
        MaterialLine(name="社会保险缴费记录", source=terms.MaterialSource.SHARED_DATA),
    ),
    steps=(Step(name="申请", detail="网上或窗口提交"), Step(name="审核", limit="3个工作日"), Step(name="发放")),
    handling_type=terms.HandlingType.PROMISED,
    statutory_amount=10,
    statutory_unit=Unit.WORKING_DAY,
    promised_amount=5,
    promised_unit=Unit.WORKING_DAY,
    charged=False,
    legal_basis=(Basis(title="失业保险条例", article="第十四条"),),
    place="广州市测试路1号",
    office_hours="工作日9:00-17:00",
    phone="020-00000002",
    visits=0,
    online_depth=terms.OnlineDepth.RESULT,
    online_filing=True,
    url="https://example.test/apply",
    courier=False,
)
PAID = {"charged": True, "fees": (Fee(name="工本费", standard="10元", basis="收费目录"),), "online_payment": True}


def guide(**changes: Any) -> Guide:
    """Return the complete guide with some changes."""
    values = {name: getattr(GUIDE, name) for name in Guide.__slots__}
    return Guide(**{**values, **changes})


def member(username: str, name: str, body: str, *duties: str) -> Actor:
    """Return a member of staff at work."""
    staff = org.save_staff(org.NewStaff(username, name, body, duties))
    org.set_shifts(staff.id, [(day, time(0, 0), time(23, 59, 59)) for day in range(7)], workdays_only=False)
    return replace(actor_of(staff.account), channel="desk")
