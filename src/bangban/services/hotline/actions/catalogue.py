"""Keeping the reference data of the hotline: classes, dispatch catalogue, undertakers, call-back policy.

Only managers of the hotline (permission orders.manage) and the system change it; every change is kept with what stood
there before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.registry.org.models import Body
from bangban.services.hotline.models import CatalogueChange, Category, DispatchRule, Undertaker, VisitPolicy
from bangban.services.hotline.reads import catalogue as reads
from bangban.services.hotline.rules_intake import clean_contact
from bangban.services.hotline.terms import EmergencyClass, Kind, Role

M = TypeVar("M", bound=Model)
CODE = re.compile(r"(?!00)[0-9]{2}([0-9]{2}){2}", re.ASCII)
QUESTION = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
WRONG = "请检查填写的内容。"
LONGEST_LIMIT = 250


def save_category(
    actor: Actor, code: str, name: str, *, keywords: Sequence[str] = (), questions: Sequence[Mapping[str, Any]] = (),
    limit_days: int | None = None, active: bool = True,
) -> Category:  # fmt: skip
    """Add or change a class of the tree (F3.11); its place follows from its code of 2+2+2 digits.

    `questions` are {code, ask, required}; `limit_days` are working days. Raises NotYours, Incomplete.
    """
    may_keep(actor)
    name, asked = name.strip(), [_question(one) for one in questions]
    parent = Category.objects.filter(code=parent_code(code)).first() if CODE.fullmatch(code) else None
    problems = {}
    if not CODE.fullmatch(code):
        problems["code"] = "分类编码为6位数字：大类、中类、小类各两位，上级的下两位为00。"
    elif parent_code(code) and parent is None:
        problems["code"] = f"没有找到上级分类{parent_code(code)}，请先建上级。"
    if not name or len(name) > 40:
        problems["name"] = "请填写分类名称，最多40个字。"
    if None in asked:
        problems["questions"] = "每个引导问题要有编码（小写字母、数字）和问法。"
    if limit_days is not None and not 1 <= limit_days <= LONGEST_LIMIT:
        problems["limit_days"] = f"办理时限为1到{LONGEST_LIMIT}个工作日。"
    if not active and Category.objects.filter(parent__code=code, active=True).exists():
        problems["active"] = "下级分类还在使用，请先停用下级。"
    _refuse(problems)
    values = {
        "name": name,
        "parent": parent,
        "path_names": f"{parent.path_names} / {name}" if parent else name,
        "keywords": [word for word in dict.fromkeys(one.strip() for one in keywords) if word],
        "questions": asked,
        "limit_days": limit_days,
        "active": active,
    }
    with transaction.atomic():
        row = _upsert(actor, "category", Category, {"code": code}, values)
        _rename_below(row)
    return row


def parent_code(code: str) -> str:
    """Return the code above a code: 010203 → 010200 → 010000 → nothing."""
    if code[4:] != "00":
        return code[:4] + "00"
    return code[:2] + "0000" if code[2:4] != "00" else ""


def _question(one: Mapping[str, Any]) -> dict[str, Any] | None:
    code, ask = str(one.get("code", "")), str(one.get("ask", "")).strip()
    if not QUESTION.fullmatch(code) or not ask:
        return None
    return {"code": code, "ask": ask[:100], "required": bool(one.get("required"))}


def _rename_below(row: Category) -> None:
    for below in Category.objects.filter(parent=row):
        path = f"{row.path_names} / {below.name}"
        if below.path_names != path:
            Category.objects.filter(id=below.id).update(path_names=path)
            below.path_names = path
            _rename_below(below)


def save_dispatch(
    actor: Actor, code: str, unit_id: int, *, region: str = "", role: str = Role.LEAD.value
) -> DispatchRule:
    """Say who handles a class in a region, or in the whole city (F3.03); a new lead takes the former's place."""
    may_keep(actor)
    category = Category.objects.filter(code=code).first()
    problems = {}
    if category is None:
        problems["category"] = f"没有分类{code}，请核对编码。"
    if not Undertaker.objects.filter(unit_id=unit_id, active=True).exists():
        problems["unit"] = "这个单位还没有登记为承办单位，请先登记联系人和电话。"
    if role not in Role.values:
        problems["role"] = "请选择主办或协办。"
    if region and not re.fullmatch(r"[0-9]{12}", region, re.ASCII):
        problems["region"] = "区域代码应为12位数字。"
    _refuse(problems)
    assert category is not None
    with transaction.atomic():
        if role == Role.LEAD:
            for former in DispatchRule.objects.filter(category=category, region=region, role=role).exclude(
                unit_id=unit_id
            ):
                _remove(actor, "dispatch", _dispatch_key(former), former)
        key = {"category": category, "region": region, "unit_id": unit_id}
        return _upsert(actor, "dispatch", DispatchRule, key, {"role": role}, label=dispatch_key(code, region, unit_id))


def remove_dispatch(actor: Actor, rule_id: int) -> None:
    """Take a line out of the dispatch catalogue; it stays in the change record."""
    may_keep(actor)
    with transaction.atomic():
        row = DispatchRule.objects.select_related("category").filter(id=rule_id).first()
        if row is not None:
            _remove(actor, "dispatch", _dispatch_key(row), row)


def dispatch_key(code: str, region: str, unit_id: int) -> str:
    """Return how the change record names a line of the dispatch catalogue."""
    return f"{code}/{region or '*'}/{unit_id}"


def _dispatch_key(row: DispatchRule) -> str:
    return dispatch_key(row.category.code, row.region, row.unit_id)


def register_undertaker(  # noqa: PLR0913 — an entry of the register is this many facts
    actor: Actor, unit_id: int, contact_name: str, contact_phone: str, *, duty_phone: str = "",
    duties: Sequence[str] = (), sign_days: int = 1, limit_days: int = 5, emergency: Sequence[str] = (), active: bool = True,
) -> Undertaker:  # fmt: skip
    """Register a body that handles orders, or change its entry (GB33358-4.1.4); days are working days.

    `emergency` names the classes that it takes at once (GB33358-5.2.2.3). Raises NotYours, Incomplete.
    """
    may_keep(actor)
    phones = {"contact_phone": clean_contact(contact_phone), "duty_phone": clean_contact(duty_phone)}
    problems = {}
    if not Body.objects.filter(id=unit_id, active=True).exists():
        problems["unit"] = "没有找到这个单位。"
    if not contact_name.strip():
        problems["contact_name"] = "请填写联系人。"
    if not phones["contact_phone"]:
        problems["contact_phone"] = "请填写联系人的手机号码或带区号的固定电话。"
    if duty_phone.strip() and not phones["duty_phone"]:
        problems["duty_phone"] = "请填写手机号码或带区号的固定电话。"
    if not (1 <= sign_days <= 30 and 1 <= limit_days <= LONGEST_LIMIT):
        problems["limit_days"] = f"签收为1到30个工作日，办理为1到{LONGEST_LIMIT}个工作日。"
    if set(emergency) - set(EmergencyClass.values):
        problems["emergency"] = "可选：" + "、".join(EmergencyClass.labels)
    _refuse(problems)
    values = {
        **phones,
        "contact_name": contact_name.strip()[:50],
        "duties": [duty.strip()[:200] for duty in duties if duty.strip()],
        "sign_days": sign_days,
        "limit_days": limit_days,
        "emergency": [one for one in EmergencyClass.values if one in emergency],
        "active": active,
    }
    with transaction.atomic():
        return _upsert(
            actor, "undertaker", Undertaker, {"unit_id": unit_id}, values, first={"since": business_date(now())}
        )


def save_visit_policy(
    actor: Actor, kind: str, direct: bool, share: int, *, valid_from: date | None = None
) -> VisitPolicy:
    """Set how many per cent of the completed orders of a kind are called back, from a day on (GB33358-5.4.1).

    `kind` "" is the line for every kind that has none of its own; `direct` is for orders that were answered at once.
    """
    may_keep(actor)
    problems = {}
    if kind and kind not in Kind.values:
        problems["kind"] = "可选：" + "、".join(Kind.labels)
    if not 0 <= share <= 100:
        problems["share"] = "回访比例为0到100。"
    _refuse(problems)
    key = {"kind": kind, "direct": direct, "valid_from": valid_from or business_date(now())}
    with transaction.atomic():
        label = f"{kind or '*'}/{'direct' if direct else 'transferred'}/{key['valid_from']}"
        return _upsert(actor, "visit_policy", VisitPolicy, key, {"share": share}, label=label)


def may_keep(actor: Actor) -> None:
    """Refuse who may not keep the reference data of the hotline (NotYours)."""
    if actor.kind != "system" and not may(actor, "orders.manage"):
        raise NotYours("您不能维护热线的分类、派单目录和承办单位。")


def _refuse(problems: Mapping[str, str]) -> None:
    if problems:
        raise Incomplete(WRONG, fields=dict(problems))


def _upsert(
    actor: Actor, what: str, kind: type[M], key: dict[str, Any], values: dict[str, Any], *, label: str = "",
    first: Mapping[str, Any] | None = None,
) -> M:  # fmt: skip
    """Add or change one row and keep the change; the same again changes nothing."""
    known = kind._default_manager.select_for_update(of=("self",)).filter(**key).first()
    before = _stored(known, values) if known else None
    if known is not None and all(getattr(known, name) == value for name, value in values.items()):
        return known
    row = known or kind(**key, **(first or {}))
    for name, value in values.items():
        setattr(row, name, value)
    row.save(force_insert=known is None)
    _keep(actor, what, label or str(next(iter(key.values()))), before, _stored(row, values))
    return row


def _remove(actor: Actor, what: str, key: str, row: Any) -> None:
    before = _stored(row, [field.attname for field in row._meta.concrete_fields])
    row.delete()
    _keep(actor, what, key, before, None)


def _stored(row: Any, names: Iterable[str]) -> dict[str, Any]:
    columns = (row._meta.get_field(name).attname for name in names)
    return {name: value if not isinstance(value := getattr(row, name), date) else value.isoformat() for name in columns}


def _keep(actor: Actor, what: str, key: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    CatalogueChange.objects.create(
        at=now(), by=actor.id, by_name=actor.public_name, what=what, key=key, before=before, after=after
    )
    reads.forget()
    transaction.on_commit(reads.forget)
