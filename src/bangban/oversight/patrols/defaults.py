"""The checklist that a new installation starts with: conduct, dress, badge, appearance (DB23-4.1 to DB23-5.3).

A body's management publishes its own as the next version; patrols keep the version that they were made with.
"""

from __future__ import annotations

from datetime import date

from bangban.oversight.patrols.models import Checklist, ChecklistLine

TITLE = "窗口服务规范巡查表"
VALID_FROM = date(2024, 1, 1)
# code, group, label, hint, clause
LINES = (
    ("conduct_duty", "言行", "坚守岗位、尽职负责", "在岗在位，不做与工作无关的事", "DB23-4.1"),
    ("conduct_team", "言行", "团结协作、顾全大局", "补位及时，不互相推诿", "DB23-4.1"),
    ("conduct_service", "言行", "热情周到、依规服务", "主动问候，一次讲清", "DB23-4.2"),
    ("dress_uniform", "着装", "按规定穿工装", "统一制发服装或国家制式服装", "DB23-5.2.1"),
    ("dress_set", "着装", "工装配套一致", "不与便服混穿，不同季节不混穿", "DB23-5.2.1"),
    ("dress_clean", "着装", "平整干净、整洁", "", "DB23-5.2.1"),
    ("badge", "标识", "佩戴工作标识、胸牌", "", "DB23-5.2.4"),
    ("badge_party", "标识", "党员佩戴党员徽章", "不是党员的不用选", "DB23-5.2.4"),
    ("appearance", "仪容仪表", "仪容端正、妆发得体", "", "DB23-5.3"),
    ("expression", "仪容仪表", "举止文明、表情亲切", "", "DB23-5.3"),
)


def install_checklist() -> None:
    """Add the first version when there is none; later versions and their patrols stay."""
    if Checklist.objects.exists():
        return
    checklist = Checklist.objects.create(version=1, title=TITLE, valid_from=VALID_FROM, published_by="系统")
    ChecklistLine.objects.bulk_create(
        ChecklistLine(
            checklist=checklist, position=position, code=code, group=group, label=label, hint=hint, clause=clause
        )
        for position, (code, group, label, hint, clause) in enumerate(LINES, 1)
    )
