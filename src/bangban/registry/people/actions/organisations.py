"""Organisations, and the natural persons who may act for them (经办人: DB23-3.2, F10.03)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import IntegrityError, transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.access.locks import hold
from bangban.foundation.access.security_log import note
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.privacy.crypto import blind_index, normalise
from bangban.registry.people.actions.identity import require_assurance
from bangban.registry.people.actions.persons import save_person
from bangban.registry.people.models import Handler, Person, PersonKind
from bangban.registry.people.reads import MANAGE, may_act_for
from bangban.registry.people.rules import CREDIT_CODE, NewPerson, check_name, check_number

REAL_NAME = 3
NOT_FOUND = "没有找到这个单位，或者您没有它的经办授权。"


def register_organisation(actor: Actor, name: str, credit_code: str, kind: str = PersonKind.LEGAL.value) -> Person:
    """Return the organisation with a credit code, written down when it is new.

    By a real-named person or staff. It gives nobody a power: name and code are public, so the first handler is granted
    at a window. Raises Incomplete for a wrong code and for a code that is known under another name.
    """
    if not may(actor, "people.verify"):
        require_assurance(actor, REAL_NAME)
    problems = {"name": check_name(name), "credit_code": check_number(CREDIT_CODE, credit_code)}
    if kind not in (PersonKind.LEGAL, PersonKind.OTHER):
        problems["kind"] = "请选择法人或其他组织。"
    if found := {field: sentence for field, sentence in problems.items() if sentence}:
        raise Incomplete("请检查填写的内容。", fields=found)
    with transaction.atomic():
        hold(f"organisation {normalise(credit_code)}")
        new = NewPerson(kind=kind, name=name, id_type=CREDIT_CODE, id_number=credit_code)
        return _known(name, credit_code) or save_person(new)


def _known(name: str, credit_code: str) -> Person | None:
    row = Person.objects.filter(id_index=blind_index(normalise(credit_code), CREDIT_CODE)).first()
    if row is not None and row.name != name.strip():
        sentence = "名称与统一社会信用代码不一致，请核对营业执照或登记证书。"
        raise Incomplete(sentence, fields={"name": sentence})
    return row


def grant_handler(
    actor: Actor,
    organisation_id: int,
    person_id: int,
    scope: Collection[str],
    valid_from: date,
    valid_to: date | None = None,
) -> Handler:
    """Authorise a person to act for an organisation within a scope (`*` every matter, `manage` may grant others).

    Staff who verify at a window grant the first; then handlers with `manage`. Raises NotYours to others, Incomplete for
    a wrong scope or period, NotAllowed for a person without real name or with an open grant.
    """
    organisation = _organisation(actor, organisation_id)
    person = Person.objects.filter(id=person_id, kind=PersonKind.NATURAL).first()
    problems = {
        "person": "" if person else "没有找到这位经办人。",
        "scope": "" if scope and all(part.strip() for part in scope) else "请选择授权范围。",
        "valid_to": "结束日期不能早于开始日期。" if valid_to and valid_to < valid_from else "",
    }
    found = {field: sentence for field, sentence in problems.items() if sentence}
    if found or person is None:
        raise Incomplete("请检查填写的内容。", fields=found)
    if person.assurance < REAL_NAME:
        raise NotAllowed("经办人须先完成姓名与证件号码核对。", needs="assurance", level=REAL_NAME, has=person.assurance)
    try:
        with transaction.atomic():
            grant = Handler.objects.create(
                organisation=organisation, person=person, scope=sorted(set(scope)), valid_from=valid_from,
                valid_to=valid_to, granted_by=actor.id, granted_at=now(),
            )  # fmt: skip
            _note(actor, grant, "grant")
    except IntegrityError:
        raise NotAllowed("这位经办人已有授权；要变更范围或期限，请先撤销再授权。") from None
    return grant


def revoke_handler(actor: Actor, grant_id: int) -> None:
    """End a grant at once; by whoever may grant, or by the handler. Raises NotYours, NotAllowed when it has ended."""
    grant = Handler.objects.filter(id=grant_id).first()
    if grant is None:
        raise NotYours(NOT_FOUND)
    if grant.person_id != actor.person_id:
        _organisation(actor, grant.organisation_id)
    with transaction.atomic():
        ended = Handler.objects.filter(id=grant.id, revoked_at=None).update(revoked_at=now(), revoked_by=actor.id)
        if not ended:
            raise NotAllowed("这项授权已经撤销。")
        _note(actor, grant, "revoke")


def require_handler(actor: Actor, organisation_id: int, scope: str) -> None:
    """Raise NotAllowed unless the actor may act for the organisation in this matter today (DB23-3.2)."""
    today = business_date(now())
    if actor.person_id is None or not may_act_for(actor.person_id, organisation_id, scope, today):
        raise NotAllowed("您没有该单位这类事项的有效经办授权，请联系单位管理人授权。", needs="handler")


def _organisation(actor: Actor, organisation_id: int) -> Person:
    row = Person.objects.filter(id=organisation_id).exclude(kind=PersonKind.NATURAL).first()
    today = business_date(now())
    manages = actor.person_id is not None and may_act_for(actor.person_id, organisation_id, MANAGE, today)
    if row is None or not (manages or may(actor, "people.verify")):
        raise NotYours(NOT_FOUND)
    return row


def _note(actor: Actor, grant: Handler, what: str) -> None:
    note(
        "handler", account_id=actor.account_id, subject=f"person:{grant.organisation_id}", detail=what,
        reason=f"person:{grant.person_id} {','.join(grant.scope)}",
    )  # fmt: skip
