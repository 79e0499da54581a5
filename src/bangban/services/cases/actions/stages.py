"""From consultation to guidance to assistance, each step only with the user's stored consent (T637-5-b, T637-8.3)."""

from __future__ import annotations

from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.privacy.models import Consent
from bangban.registry.catalog import reads as catalog
from bangban.services.cases.actions.door import case_deed
from bangban.services.cases.models import Case, Stage
from bangban.services.cases.rules import NEXT_STAGE
from bangban.services.cases.stages import hindrance
from bangban.services.conversation import actions as talk
from bangban.services.conversation.models import Kind, Party

ASKING = {
    "guide": "接下来可以为您提供导办：告诉您申请入口，列出您个人的材料清单，并指导填写。是否同意进入导办？（免费）",
    "assist": "接下来可以为您提供帮办：在您的申请草稿上核对要件、逐项校对要素。是否同意进入帮办？（免费）",
}


def propose_stage(actor: Actor, number: str, given: dict[str, Any] | None = None) -> Case:
    """Ask the user whether to go on to the next stage; a service that the list does not offer is refused (T637-7.1-a)."""
    given = given or {}
    with case_deed(actor, number, "propose_stage", given) as deed:
        case = deed.record
        stage = NEXT_STAGE[case.state]
        if given.get("stage") and given["stage"] != stage:
            raise NotAllowed(
                f"当前是“{Stage(case.stage).label}”，下一阶段只能是“{Stage(stage).label}”。", state=case.state
            )
        if found := hindrance(case, catalog.item(case.item_id) if case.item_id else None):
            raise NotAllowed(found.sentence, state=case.state, needs=found.needs)
        if Consent.objects.filter(record_id=case.id, purpose=f"stage:{stage}", answered_at=None).exists():
            raise NotAllowed("已经征求过同意，请等待服务对象答复。", state=case.state)
        consent = Consent(
            record_type=case.record_type,
            record_id=case.id,
            purpose=f"stage:{stage}",
            asked_by=actor.id,
            asked_at=deed.at,
            detail=str(given.get("note") or "")[:500],
        )
        deed.insert(consent)
        text = "\n".join(filter(None, [str(given.get("note") or ""), ASKING[stage]]))
        talk.say(deed, text, kind=Kind.CONSENT, data={"consent": str(consent.id), "stage": stage})
        deed.tell(stage=stage)
    return case


def answer_consent(actor: Actor, number: str, agree: Any) -> Case:
    """Store the user's yes or no; yes moves the case on, no leaves it for feedback and closing (T637-5-b)."""
    if not isinstance(agree, bool):
        raise Incomplete("请选择同意或不同意。", fields={"agree": "请选择同意或不同意。"})
    with case_deed(actor, number, "consent", {"agree": agree}) as deed:
        case = deed.record
        consent = Consent.objects.filter(record_id=case.id, purpose__startswith="stage:", answered_at=None).first()
        if consent is None:
            raise NotAllowed("现在没有需要您答复的征求。", state=case.state)
        consent.agreed, consent.answered_by, consent.answered_at = agree, actor.id, deed.at
        deed.changed(consent, "agreed", "answered_by", "answered_at")
        stage = consent.purpose.removeprefix("stage:")
        if agree:
            deed.target = stage
            deed.change(stage=stage)
        label = Stage(stage).label
        talk.say(deed, f"同意进入{label}" if agree else f"暂不需要{label}", kind=Kind.SYSTEM, party=Party.USER)
        deed.tell(stage=stage, agreed=agree, consent=str(consent.id))
    return case
