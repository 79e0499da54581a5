"""Correcting what turned out to be wrong: whoever was sent the old answer is sent the right one (BJ-2-a)."""

from __future__ import annotations

from uuid import UUID

from bangban.foundation.access.actors import SYSTEM
from bangban.registry.knowledge import reads as knowledge
from bangban.registry.knowledge.views import EntryDetail
from bangban.services.cases.actions.door import case_deed
from bangban.services.cases.models import Case
from bangban.services.conversation import actions as talk
from bangban.services.conversation.models import Kind
from bangban.services.conversation.reads import by_client_id, citing


def send_corrections(entry_id: UUID, wrong: int, right: int) -> int:
    """Post the right answer on every case whose person was sent version `wrong` of an entry; returns on how many.

    A case gets it once, also when it is closed; withdrawn ones too, because the person has read the answer.
    """
    entry = knowledge.entry(entry_id, right)
    if entry is None:
        raise LookupError(f"Entry {entry_id} has no version {right}.")
    numbers = Case.objects.filter(id__in=citing(entry_id, wrong)).order_by("number").values_list("number", flat=True)
    return sum(_correct(number, entry, wrong) for number in list(numbers))


def _correct(number: str, entry: EntryDetail, wrong: int) -> bool:
    mark = f"correction:{entry.id}:{entry.revision}"
    with case_deed(SYSTEM, number, "_correct") as deed:
        if by_client_id(deed.record.id, talk.sender_key(SYSTEM), mark):
            return False
        data = {
            "knowledge": entry.number, "entry": str(entry.id), "revision": entry.revision, "corrects": wrong,
            "question": entry.content.question, "source": entry.citation, "basis": entry.content.basis,
        }  # fmt: skip
        text = f"更正：此前给您的答复（{entry.number} 第{wrong}版）有误，请以这条为准，给您添麻烦了。\n{entry.content.answer}"
        talk.say(deed, text, kind=Kind.ANSWER, client_id=mark, data=data)
        deed.tell(entry=str(entry.id), wrong=wrong, right=entry.revision)
    return True
