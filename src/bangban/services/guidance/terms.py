"""The words of guidance: how a material comes, where a draft stands, what a check finds."""

from __future__ import annotations

from django.db.models import TextChoices


class EntryKind(TextChoices):
    """Where an application goes in (T637-8.3.2-a)."""

    ONLINE = "online", "网上申报"
    WINDOW = "window", "到窗口办理"


class Delivery(TextChoices):
    """Who brings a material; what data sharing delivers is not asked of the applicant (F2.30)."""

    BRING = "bring", "申请人准备"
    FETCH = "fetch", "可调取电子证照，带原证也可"
    EXEMPT = "exempt", "由部门共享获取，无需提交"


class DraftState(TextChoices):
    """Where the draft form stands."""

    FILLING = "filling", "填写中"
    SUBMITTED = "submitted", "已提交核对"
    CORRECTION = "correction", "待补正"
    PASSED = "passed", "核对通过"


class FilledBy(TextChoices):
    """Where a value came from (T637-8.3.2-c)."""

    USER = "user", "您填写"
    PREFILLED = "prefilled", "按已提供信息预填"
    SUGGESTED = "suggested", "专员建议，您已采纳"


class Origin(TextChoices):
    """Who put another value beside the one in the form."""

    SPECIALIST = "specialist", "专员建议"
    OTHER_PAGE = "other_page", "您在另一页面的填写"


class Answered(TextChoices):
    """What became of a proposed value."""

    OPEN = "open", "待确认"
    ACCEPTED = "accepted", "已采纳"
    DECLINED = "declined", "未采纳"
    REPLACED = "replaced", "已被新建议替代"


class CheckKind(TextChoices):
    """The two checks of assistance (T637-4-f)."""

    DOCUMENTS = "documents", "要件核对"
    ELEMENTS = "elements", "要素校勘"


class Verdict(TextChoices):
    """What a check says of one document or element (T637-8.3.3-a, -b)."""

    OK = "ok", "符合"
    EXEMPT = "exempt", "免提交"
    MISSING = "missing", "缺少"
    WRONG_TYPE = "wrong_type", "类型不符"
    EXPIRED = "expired", "已过期"
    UNREADABLE = "unreadable", "无法辨认"
    EMPTY = "empty", "未填写"
    WRONG = "wrong", "填写有误"
    MISMATCH = "mismatch", "前后不一致"
    UNMET = "unmet", "条件不符"


PASSING = frozenset({Verdict.OK, Verdict.EXEMPT})


class CheckOutcome(TextChoices):
    """How one round of checks ended (T637-8.3.3-c, -d)."""

    PENDING = "", "核对中"
    REFERRED = "referred_to_review", "转审查"
    CORRECTION = "correction", "一次性补正"
