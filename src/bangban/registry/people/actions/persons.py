"""Persons and organisations are written down: checked, sealed, findable by blind index only (T637-5-g)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.phones import clean_phone
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.foundation.privacy.crypto import blind_index, normalise
from bangban.registry.people.models import Person
from bangban.registry.people.rules import NewPerson, birth_date, check_person, is_elder

STATED = 2
OWN_FIELDS = ("address", "email", "elder", "preferred_channel")


def save_person(new: NewPerson, person_id: int | None = None) -> Person:
    """Write down a person or organisation, new or known; for staff, imports and other rooms.

    Empty fields of a known one stay. A changed name or number takes back what was proven (F10.02). Raises Incomplete
    with a sentence for each field, NotYours for an unknown id.
    """
    if problems := check_person(new):
        raise Incomplete("请检查填写的内容。", fields=problems)
    try:
        with transaction.atomic():
            person = Person.objects.select_for_update().filter(id=person_id).first() if person_id else None
            if person_id and person is None:
                raise NotYours("没有找到这位服务对象。")
            person = person or Person(kind=new.kind, created_at=now())
            write(person, new)
    except IntegrityError:
        sentence = "这个号码已经登记，请查找已有的记录。"
        raise Incomplete(sentence, fields={"id_number": sentence}) from None
    return person


def write(person: Person, new: NewPerson) -> None:
    """Put checked values on a locked or new row and save it."""
    before = (person.name, person.id_type, person.id_number)
    for field, value in _values(new).items():
        setattr(person, field, value)
    if (person.name, person.id_type, person.id_number) != before or person.pk is None:
        stated = bool(person.name and person.id_number)
        person.assurance, person.assurance_source, person.assured_at = STATED if stated else 1, "", now()
    person.save()


def _values(new: NewPerson) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": new.name.strip(),
        "address": new.address.strip(),
        "email": new.email.strip(),
        "preferred_channel": new.preferred_channel,
    }
    if new.phone:
        phone = clean_phone(new.phone)
        values |= {"phone": phone, "phone_index": blind_index(phone, "phone")}
    if new.id_number:
        number = normalise(new.id_number)
        values |= {"id_type": new.id_type, "id_number": number, "id_index": blind_index(number, new.id_type)}
    values = {field: value for field, value in values.items() if value}
    born = birth_date(new.id_type, new.id_number) if new.id_number else None
    if new.elder is not None or born:
        values["elder"] = new.elder if new.elder is not None else born and is_elder(born, business_date(now()))
    return values


def update_profile(actor: Actor, **fields: Any) -> Person:
    """Change one's own address, e-mail, elder mode or preferred channel (F8.12); empty text clears a field.

    Raises NotYours for anybody without a person, Incomplete for wrong values or fields that need another way.
    """
    if unknown := set(fields) - set(OWN_FIELDS):
        raise Incomplete("这些内容不能在这里修改。", fields=dict.fromkeys(unknown, "不能在这里修改。"))
    if problems := check_person(replace(NewPerson(), **fields)):
        raise Incomplete("请检查填写的内容。", fields=problems)
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(id=actor.person_id).first() if actor.person_id else None
        if person is None:
            raise NotYours("请先登录。")
        for field, value in fields.items():
            setattr(person, field, value.strip() if isinstance(value, str) else value)
        person.save(update_fields=list(fields))
    return person
