"""Duties of staff (roles-and-figures §1) and what each may do beside the record flows.

One table; views ask it, tests enumerate it. What may be done to a record stands in the record's flow.
"""

from __future__ import annotations

from bangban.foundation.access.actors import Actor

DUTIES = {
    "triage_agent": "引导专员",
    "dedicated_consultant": "深度咨询专员",
    "advisor": "专业顾问",
    "service_manager": "管理专员",
    "knowledge_editor": "知识编辑",
    "knowledge_reviewer": "知识审核",
    "catalog_editor": "事项编辑",
    "catalog_reviewer": "事项审核",
    "hotline_agent": "话务员",
    "hotline_manager": "热线管理人员",
    "undertaker": "承办人员",
    "callback_visitor": "回访人员",
    "supervision_officer": "督办人员",
    "statistics_officer": "统计人员",
    "quality_inspector": "质检人员",
    "archivist": "档案人员",
    "hall_guide": "咨询引导人员",
    "window_clerk": "窗口人员",
    "hall_manager": "大厅值班长",
    "patrol_inspector": "巡查人员",
    "system_admin": "系统管理员",
    "security_admin": "安全管理员",
    "audit_admin": "审计管理员",
}
SERVICE = frozenset({"triage_agent", "dedicated_consultant"})
HALL = frozenset({"hall_guide", "window_clerk", "hall_manager"})
HOTLINE = frozenset(
    {
        "hotline_agent",
        "hotline_manager",
        "callback_visitor",
        "supervision_officer",
        "statistics_officer",
        "quality_inspector",
    }
)
ADMINISTRATORS = frozenset({"system_admin", "security_admin", "audit_admin"})

PERMISSIONS: dict[str, frozenset[str]] = {
    "cases.list": SERVICE | {"advisor", "service_manager", "hotline_agent"},
    "cases.register": SERVICE | {"service_manager", "hotline_agent"},
    "presence.set": SERVICE | HALL | {"advisor", "service_manager", "hotline_agent", "hotline_manager"},
    "personal_data.reveal": SERVICE | {"service_manager"},
    "knowledge.search": SERVICE
    | HALL
    | {
        "advisor",
        "service_manager",
        "hotline_agent",
        "hotline_manager",
        "undertaker",
        "knowledge_editor",
        "knowledge_reviewer",
    },
    "knowledge.edit": frozenset({"knowledge_editor", "knowledge_reviewer", "advisor"}),
    "knowledge.review": frozenset({"knowledge_reviewer"}),
    "catalog.edit": frozenset({"catalog_editor", "catalog_reviewer"}),
    "catalog.review": frozenset({"catalog_reviewer"}),
    "statistics.view": frozenset({"service_manager", "audit_admin"}),
    "team.manage": frozenset({"service_manager"}),
    "notify.outbox": frozenset({"service_manager", "system_admin"}),
    "accounts.manage": frozenset({"system_admin"}),
    "duties.grant": frozenset({"security_admin"}),
    "tokens.manage": frozenset({"security_admin"}),
    "sign_in.reset": frozenset({"security_admin"}),
    "people.verify": SERVICE | {"service_manager"},
    "hall.setup": frozenset({"hall_manager", "system_admin"}),
    "hall.manage": frozenset({"hall_manager", "service_manager"}),
    "tickets.issue": HALL,
    "tickets.serve": frozenset({"window_clerk", "dedicated_consultant"}),
    "appointments.book": SERVICE | HALL | {"hotline_agent", "service_manager"},
    "appointments.manage": frozenset({"hall_manager", "service_manager"}),
    "counter.log": HALL | {"service_manager"},
    "publications.edit": frozenset({"catalog_editor", "knowledge_editor", "hall_manager"}),
    "publications.review": frozenset({"catalog_reviewer", "knowledge_reviewer"}),
    "patrols.record": frozenset({"patrol_inspector", "hall_manager", "hotline_manager"}),
    "patrols.view": frozenset({"patrol_inspector", "hall_manager", "service_manager", "hotline_manager"}),
    "calls.take": frozenset({"hotline_agent", "hotline_manager"}),
    "calls.wall": HOTLINE | {"service_manager"},
    "recordings.play": frozenset({"quality_inspector", "hotline_manager", "supervision_officer"}),
    "orders.intake": frozenset({"hotline_agent", "hotline_manager"}),
    "orders.list": HOTLINE | {"archivist"},
    "orders.manage": frozenset({"hotline_manager"}),
    "orders.undertake": frozenset({"undertaker"}),
    "orders.visit": frozenset({"callback_visitor"}),
    "callers.view": frozenset({"hotline_agent", "hotline_manager", "callback_visitor"}),
    "matters.view": HOTLINE | {"undertaker"},
    "matters.handle": frozenset({"hotline_agent", "hotline_manager", "supervision_officer"}),
    "supervision.view": HOTLINE | {"undertaker", "service_manager"},
    "supervision.handle": frozenset({"supervision_officer"}),
    "supervision.assign": frozenset({"hotline_manager"}),
    "reports.view": HOTLINE | {"service_manager"},
    "reports.prepare": frozenset({"statistics_officer"}),
    "reports.release": frozenset({"hotline_manager", "service_manager"}),
    "appraisal.view": HOTLINE | {"undertaker", "service_manager"},
    "appraisal.manage": frozenset({"hotline_manager"}),
    "quality.score": frozenset({"quality_inspector"}),
    "archives.search": frozenset({"archivist", "hotline_manager", "supervision_officer", "statistics_officer"}),
    "archives.manage": frozenset({"archivist"}),
    "archives.approve": frozenset({"hotline_manager"}),
    "holdings.view": HOTLINE | {"archivist"},
    "holdings.manage": frozenset({"hotline_manager"}),
    "roster.view": frozenset({"hotline_agent", "hotline_manager"}),
    "ledger.audit": frozenset({"audit_admin"}),
    "conformance.view": ADMINISTRATORS | {"service_manager"},
}


def may(actor: Actor, permission: str) -> bool:
    """Tell whether the actor's duties carry a permission; KeyError for one that the table does not know."""
    return actor.is_staff and not actor.duties.isdisjoint(PERMISSIONS[permission])


def check_combination(duties: frozenset[str]) -> list[str]:
    """Return why duties may not be held together: administrator roles are separate (F8.06)."""
    held = duties & ADMINISTRATORS
    problems = []
    if len(held) > 1:
        problems.append("系统、安全、审计管理员不得由一人兼任。")
    if held and duties - ADMINISTRATORS:
        problems.append("管理员账号不得兼任业务岗位。")
    return problems
