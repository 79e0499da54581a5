"""Importing results of evaluations made outside, line by line with reasons (GB33358-6.3)."""

from __future__ import annotations

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.documents.stored import keep
from bangban.foundation.flows.deed import opening
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.privacy.crypto import digest
from bangban.oversight.appraisal.actions.door import manager_of, on, one_at_a_time
from bangban.oversight.appraisal.answers import read_answers
from bangban.oversight.appraisal.flow import SURVEY
from bangban.oversight.appraisal.models import Survey, SurveyAnswer
from bangban.oversight.appraisal.numbers import SURVEYS
from bangban.oversight.appraisal.terms import Method
from bangban.registry.org.reads import tree

LARGEST = 5 * 1024 * 1024
MOST_REFUSALS = 500


def import_survey(actor: Actor, center_id: int, method: str, source: str, file_name: str, content: bytes) -> Survey:
    """Import a CSV of answers; good lines count, bad ones are reported with their reason, the file is kept.

    Raises NotYours, Incomplete (nothing readable, too large, no method), NotAllowed for a file that counts already.
    """
    manager_of(actor, center_id)
    problems = {} if method in Method.values else {"method": "请选择评价方式。"}
    problems |= {} if source.strip() else {"source": "请写明由谁调查，例如第三方机构名称。"}
    if len(content) > LARGEST:
        problems["file"] = "文件不能超过5MB，请分批导入。"
    if problems:
        raise Incomplete("还不能导入，请检查标出的内容。", fields=problems)
    at = now()
    units = {key: place.id for place in tree().by_code.values() for key in (place.code, place.name)}
    answers, refused = read_answers(content, units, business_date(at))
    if not answers:
        first = f"第{refused[0][0]}行：{refused[0][1]}" if refused else "文件里没有数据。"
        raise Incomplete(f"没有可导入的数据。{first}", fields={"file": first})
    with transaction.atomic():
        one_at_a_time(center_id)
        name = digest(content).hex()
        if Survey.objects.filter(center_id=center_id, digest=name).exclude(state="withdrawn").exists():
            raise NotAllowed("这个文件已经导入过，不会重复计入。", state="kept", allowed_actions=[])
        record = Survey(
            number=SURVEYS.next(at), state="kept", center_id=center_id, method=method, source=source.strip()[:200],
            file_name=file_name.strip()[:200], digest=keep(content), accepted=len(answers),
            refused=refused[:MOST_REFUSALS],
        )  # fmt: skip
        with opening(SURVEY, record, actor) as work:
            work.among_staff()
            for answer in answers:
                answer.survey = record
            SurveyAnswer.objects.bulk_create(answers, batch_size=1000)
            work.tell(method=method, accepted=len(answers), refused=len(refused), digest=name)
    return record


def withdraw_survey(actor: Actor, number: str, reason: str) -> Survey:
    """Take back an import with a reason; appraisals that were drafted with it keep their figures until recounted."""
    with on(SURVEY, Survey, actor, number, "withdraw", {"reason": reason.strip()}) as work:
        work.change(withdrawn_reason=reason.strip()[:300])
    return work.record
