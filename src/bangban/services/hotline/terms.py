"""Codes of the hotline order: sources, kinds, classes of emergency, reasons of refusal (GB/T 33358, F3.02, F3.10)."""

from __future__ import annotations

from django.db import models


class Source(models.TextChoices):
    """How a matter reached the hotline (GB33358-3.2)."""

    TELEPHONE = "telephone", "电话"
    SMS = "sms", "短信"
    MAILBOX = "mailbox", "信箱"
    WEBSITE = "website", "网站"
    MEDIA = "media", "其他媒体"


class SubjectKind(models.TextChoices):
    """Who speaks (GB33358-3.4)."""

    PERSON = "natural_person", "自然人"
    COMPANY = "legal_person", "法人"
    ORGANISATION = "other_organisation", "其他组织"
    ANONYMOUS = "anonymous", "匿名"


class Kind(models.TextChoices):
    """What the person wants (GB33358-5.1.1, F3.10)."""

    CONSULTATION = "consultation", "咨询"
    QUERY = "query", "综合查询"
    APPEAL = "help_request", "求助"
    COMPLAINT = "complaint", "投诉"
    REPORT = "report_of_violation", "举报"
    SUGGESTION = "suggestion", "建议"
    PRAISE = "praise", "表扬"
    OTHER = "other", "其他"


class ConsultationKind(models.TextChoices):
    """What a consultation asks about (GB33358-5.1.1.1)."""

    LAW = "law", "法律"
    REGULATION = "regulation", "法规"
    RULE = "rule", "规章"
    POLICY = "policy", "政策"


class Aspect(models.TextChoices):
    """What a complaint or suggestion is about (GB33358-5.1.1.3)."""

    STYLE = "style", "工作作风"
    QUALITY = "quality", "工作质量"
    EFFICIENCY = "efficiency", "工作效率"


class Urgency(models.TextChoices):
    """How soon somebody must act."""

    ORDINARY = "ordinary", "一般"
    URGENT = "urgent", "紧急"
    EMERGENCY = "emergency", "突发应急"


class EmergencyClass(models.TextChoices):
    """The four classes that go to the emergency body at once (GB33358-5.2.2.3)."""

    NATURAL = "natural_disaster", "自然灾害"
    ACCIDENT = "accident_disaster", "事故灾难"
    HEALTH = "public_health", "公共卫生事件"
    SECURITY = "social_security", "社会安全事件"


class ResultCode(models.TextChoices):
    """How direct handling or a unit ended a matter."""

    ANSWERED = "answered", "已答复"
    SOLVED = "solved", "已解决"
    PARTLY = "partly_solved", "部分解决"
    EXPLAINED = "explained", "已解释说明"
    UNSOLVABLE = "unsolvable", "客观上无法解决"
    NOT_TRUE = "not_true", "反映情况不实"


SOLVED = frozenset({ResultCode.ANSWERED, ResultCode.SOLVED})


class AnswerSource(models.TextChoices):
    """Where a direct answer came from (GB33358-5.2.1.1, 5.2.1.2, 5.1.1.4)."""

    KNOWLEDGE = "knowledge", "知识库"
    GUIDE = "guide", "办事指南"
    DIRECTORY = "directory", "公共信息查询"
    PROGRESS = "progress", "进度查询"
    THREE_PARTY = "three_party", "三方通话"
    AGENT = "agent", "话务员解释"


class ReplyChannel(models.TextChoices):
    """How the person was, or wants to be, answered."""

    TELEPHONE = "telephone", "电话"
    SMS = "sms", "短信"
    MAIL = "mail", "电子邮件"
    WEBSITE = "website", "网站"
    LETTER = "letter", "书面"
    VISIT = "visit", "上门或当面"
    NONE = "none", "不需要答复"


class Refusal(models.TextChoices):
    """Why the hotline does not take a matter; each goes with the right path (F3.02)."""

    LITIGATION = "litigation", "已进入诉讼程序"
    ARBITRATION = "arbitration", "已进入仲裁程序"
    DISCIPLINE = "discipline", "属纪检监察受理"
    RECONSIDERATION = "reconsideration", "已进入行政复议程序"
    DISCLOSURE = "disclosure", "属政府信息公开程序"
    PETITION = "petition", "已进入信访程序"
    STATE_SECRET = "state_secret", "涉及国家秘密"
    TRADE_SECRET = "trade_secret", "涉及商业秘密"
    PRIVACY = "privacy", "涉及他人隐私"
    PUBLIC_ORDER = "public_order", "违反公序良俗"
    BEYOND_DUTY = "beyond_duty", "超出政府职责"
    DUPLICATE = "duplicate", "与在办诉求重复"


class Role(models.TextChoices):
    """What a unit is to an order; exactly one leads (GB33358-5.2.2.4)."""

    LEAD = "lead", "主办"
    ASSISTING = "assisting", "协办"


class AssignmentState(models.TextChoices):
    """How a unit stands to what it was given."""

    OFFERED = "offered", "待签收"
    SIGNED = "signed", "办理中"
    REPLIED = "replied", "已答复"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"


COMPLAINTS = (Kind.COMPLAINT, Kind.REPORT)
NEEDS_MATTER = (Kind.APPEAL, Kind.COMPLAINT, Kind.REPORT)
NEEDS_UNIT = (Kind.APPEAL, Kind.COMPLAINT, Kind.REPORT)
LIVE_MEDIA = (Source.SMS, Source.WEBSITE, Source.MEDIA)
