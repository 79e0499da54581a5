"""Files that staff add to a step of an order: photos before and after, receipts, letters (GB33358-5.3.2, 4.2.4-h).

They lie in the talk of the order like those of the caller, so that whoever may see the order finds them at one place. The
caller sees only those that belong to a reply to him.
"""

from __future__ import annotations

from collections.abc import Sequence

from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete
from bangban.services.conversation import actions as talk
from bangban.services.conversation.media import PICTURES
from bangban.services.conversation.models import Attachment, Message
from bangban.services.conversation.models import Kind as Line
from bangban.services.hotline.actions.ways_back import talk_of
from bangban.services.hotline.models import WorkOrder

MOST_FILES = 9


def attach_files(deed: Deed[WorkOrder], files: Sequence[Attachment], *, reply: str = "", public: bool = False) -> None:
    """Put files of this order into its talk, one line each; `reply` is the id of the reply that they prove.

    Raises Incomplete for too many files, one of another record, and one that belongs to another step already.
    """
    if len(files) > MOST_FILES:
        _refuse(f"一次最多上传{MOST_FILES}个文件，其余可以在“会商”中补充。")
    if any(file.record_id != deed.record.id for file in files):
        _refuse("没有找到这个附件，请重新上传。")
    if Message.objects.filter(attachment_id__in=[file.id for file in files]).exists():
        _refuse("这个附件已经提交过，请重新选择文件。")
    if files:
        talk_of(deed)
    said = {"step": deed.kind.partition(".")[2], "unit": deed.actor.unit_id, "round": deed.record.round}
    for file in files:
        kind = Line.PICTURE if file.media_type in PICTURES else Line.FILE
        talk.say(deed, "", kind=kind, data={**said, "reply": reply}, attachment=file, internal=not public)
    if files:
        deed.tell(files=len(files))


def keep_waiting(files: Sequence[Attachment]) -> None:
    """Store the files of a step that was refused, so that they are not chosen again; they belong to no step yet."""
    for file in files:
        if file._state.adding:
            file.save()


def _refuse(sentence: str) -> None:
    raise Incomplete(sentence, fields={"files": sentence})
