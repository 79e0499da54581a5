"""The checklists that a new installation starts with: conduct, dress, badge, appearance (DB23-4.1 to DB23-5.3), and the
premises of a hotline (GB33358-4.2.1, 4.2.2).

A body's management publishes its own as the next version; patrols keep the version that they were made with.
"""

from __future__ import annotations

from datetime import date

from bangban.oversight.patrols.models import Checklist, ChecklistLine
from bangban.oversight.patrols.terms import Kind

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


SITE_TITLE = "热线工作场所巡查表"
SITE = (
    ("site_place", "场所", "有固定的工作场所", "专用场地，不与其他用途混用", "GB33358-4.2.1"),
    ("site_sign", "场所", "显著位置有政府热线标识", "进门或主墙面能看到，完好清晰", "GB33358-4.2.1"),
    ("site_zones", "场所", "工作区域划分清楚", "按需要分受理、转办、回访等区域", "GB33358-4.2.2"),
    ("site_safety", "环境", "安全", "消防通道畅通，灭火器在有效期内，用电规范", "GB33358-4.2.1"),
    ("site_clean", "环境", "整洁", "台面、地面、公共区域干净", "GB33358-4.2.1"),
    ("site_light", "环境", "照明符合工作要求", "在座席台面测量，可写明读数（勒克斯）", "GB33358-4.2.1"),
    ("site_climate", "环境", "温湿度符合工作要求", "可写明读数，例如 24℃、55%", "GB33358-4.2.1"),
    ("site_seats", "座席", "座席面积和前后间距符合要求", "单个座席不小于3平方米，前后间距0.5至1米", "GB33358-4.2.3-a"),
)


def install_checklist() -> None:
    """Add the first version of each kind when there is none; later versions and their patrols stay."""
    _install(Kind.STAFF, TITLE, LINES)
    _install(Kind.SITE, SITE_TITLE, SITE)


def _install(kind: str, title: str, lines: tuple[tuple[str, str, str, str, str], ...]) -> None:
    if Checklist.objects.filter(kind=kind).exists():
        return
    checklist = Checklist.objects.create(kind=kind, version=1, title=title, valid_from=VALID_FROM, published_by="系统")
    ChecklistLine.objects.bulk_create(
        ChecklistLine(
            checklist=checklist, position=position, code=code, group=group, label=label, hint=hint, clause=clause
        )
        for position, (code, group, label, hint, clause) in enumerate(lines, 1)
    )
