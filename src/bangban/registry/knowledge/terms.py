"""The code lists of the knowledge base."""

from __future__ import annotations

from django.db.models import TextChoices


class EntryKind(TextChoices):
    """What an entry is (GB33358-3.5, F3.26)."""

    ANSWER = "answer", "标准答案"
    GUIDE = "guide", "办事指南"
    LAW = "law", "法律"
    REGULATION = "regulation", "法规规章"
    POLICY = "policy", "政策文件"
    INTERPRETATION = "interpretation", "政策解读"
    DUTY = "department_duty", "部门职责"
    BUSINESS = "business_item", "业务事项"
    NOTICE = "notice", "通知公告"
    RULE = "internal_rule", "内部制度"


class FeedbackKind(TextChoices):
    """What a reader says about an entry (F3.29)."""

    CORRECTION = "correction", "纠错"
    HELPFUL = "helpful", "有帮助"
    UNHELPFUL = "unhelpful", "没有帮助"


class PathClass(TextChoices):
    """Classes of matters outside online guidance (BJ-4.1, BJ-4.2)."""

    NOT_ON_APPLICATION = "not_on_application", "非依申请事项"
    DAILY_LIFE = "daily_life", "社会生活事务"
    COMPLAINT = "complaint", "投诉举报"
    EMERGENCY = "emergency", "紧急求助"
    POLICY_OF_THE_DAY = "policy_of_the_day", "专项政策咨询"
    OTHER = "other", "其他"


class Origin(TextChoices):
    """Where a question without a fitting entry came from (BJ-5-e, BJ-3.2.3-b)."""

    CASE = "case", "线上咨询"
    ASSISTANT = "assistant", "智能客服"
    HELP_CARD = "help_card", "帮助卡"
    HOTLINE = "hotline", "热线"
    ANALYSIS = "analysis", "成果分析"
    EDITOR = "editor", "编辑提出"
