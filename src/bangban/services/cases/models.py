"""The online case: one number through consultation, guidance and assistance to the closed loop (T637 §8)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.models import Record
from bangban.foundation.privacy.fields import BlindIndexField, SealedTextField


class Stage(models.TextChoices):
    """The three linked services (F0.01)."""

    CONSULT = "consult", "咨询"
    GUIDE = "guide", "导办"
    ASSIST = "assist", "帮办"


class QuestionType(models.TextChoices):
    """What the question is about (BJ-1)."""

    REGULATION = "regulation", "法规"
    POLICY = "policy", "政策"
    PROCEDURE = "procedure", "程序"
    PROCESS = "process", "流程"
    OTHER = "other", "其他"


class Scope(models.TextChoices):
    """Whose matter it is (T637-8.2-c)."""

    OWN = "own", "本级"
    LOWER = "lower", "下级"
    OUT = "out_of_scope", "不属服务范围"


class Complexity(models.TextChoices):
    """How hard it is (T637-8.2-c, -d)."""

    SIMPLE = "simple", "简单"
    COMPLEX = "complex", "复杂"


class CloseReason(models.TextChoices):
    """Why a case was closed."""

    ANSWERED = "answered", "已答复"
    GUIDED = "guided", "导办完成"
    REFERRED = "referred_to_review", "已转审查"
    CORRECTION_LAPSED = "correction_lapsed", "逾期未补正"
    USER_STOPPED = "user_stopped", "服务对象不再继续"
    OUT_OF_SCOPE = "out_of_scope", "告知办理路径"
    HELP_CARD = "help_card", "已发帮助卡"
    SELF_SOLVED = "self_solved", "自助解决"


class Outcome(models.TextChoices):
    """How the loop ends (T637-8.5, F0.05)."""

    OBTAINED = "obtained", "已取得办理结果"
    NEEDS_IMPROVEMENT = "needs_improvement", "还需完善"
    UNATTAINABLE = "unattainable", "无法取得"


class OutOfScope(models.TextChoices):
    """Classes of what online guidance does not take (BJ-4.1, BJ-4.2)."""

    NOT_ON_APPLICATION = "not_on_application", "非依申请事项"
    DAILY_LIFE = "daily_life", "社会生活事务"
    COMPLAINT = "complaint", "投诉举报"
    POLICY_OF_THE_DAY = "policy_of_the_day", "专项政策咨询"
    OTHER = "other", "其他"


class Case(Record):
    """One matter of one person, from the first question to the result in hand."""

    record_type = "case"

    stage = models.TextField(choices=Stage, default=Stage.CONSULT)
    round = models.SmallIntegerField(default=1)
    channel = models.TextField()
    token_digest = models.BinaryField(max_length=32)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="cases")
    contact_name = SealedTextField()
    contact_phone = SealedTextField()
    phone_index = BlindIndexField()
    user_kind = models.TextField(default="natural_person")
    confidential = models.BooleanField(default=False)
    region = models.TextField(default="")
    opened_unit = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    units = ArrayField(models.BigIntegerField(), default=list)
    owner = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    guide = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    specialist = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    first_contact = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    first_contact_at = models.DateTimeField(null=True)
    item = models.ForeignKey("catalog.Item", models.PROTECT, null=True, related_name="+")
    item_version = models.IntegerField(null=True)
    proposed_items = models.JSONField(default=list)
    theme = models.TextField(default="")
    wanted_service = models.TextField(default=Stage.CONSULT)
    question = SealedTextField()
    need_summary = SealedTextField()
    question_type = models.TextField(choices=QuestionType, default="", blank=True)
    scope = models.TextField(choices=Scope, default="", blank=True)
    complexity = models.TextField(choices=Complexity, default="", blank=True)
    human_reason = models.TextField(default="")
    urgency = models.TextField(default="")
    promised_at = models.DateTimeField(null=True)
    first_reply_at = models.DateTimeField(null=True)
    opinion_message = models.UUIDField(null=True)
    opinion_delivered_at = models.DateTimeField(null=True)
    acceptable = models.BooleanField(null=True)
    open_points = models.JSONField(default=list)
    close_reason = models.TextField(choices=CloseReason, default="", blank=True)
    out_of_scope_class = models.TextField(choices=OutOfScope, default="", blank=True)
    path_given = models.JSONField(default=dict)
    closed_at = models.DateTimeField(null=True)
    outcome = models.TextField(choices=Outcome, default="", blank=True)
    outcome_basis = models.TextField(default="")
    outcome_evidence = models.JSONField(default=dict)
    loop_closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "state", "-created_at", "-id"], name="case_unit_state"),
            models.Index(fields=["owner", "state", "-created_at", "-id"], name="case_owner_state"),
            models.Index(fields=["first_contact", "-created_at", "-id"], name="case_first_contact"),
            models.Index(fields=["person", "-created_at"], name="case_person"),
            models.Index(fields=["phone_index", "-created_at"], name="case_phone"),
            models.Index(fields=["token_digest"], name="case_token"),
            models.Index(fields=["item", "-created_at"], name="case_item"),
            models.Index(fields=["-created_at", "-id"], name="case_newest"),
            models.Index(
                fields=["unit", "-created_at", "-id"], condition=Q(state__in=["queued", "bot"]), name="case_waiting"
            ),
            models.Index(
                fields=["owner", "-created_at", "-id"],
                condition=Q(state__in=["claimed", "consult", "guide", "assist"]),
                name="case_in_hand",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False)
                | Q(state__in=["bot", "queued", "withdrawn"])
                | Q(close_reason="self_solved"),
                name="owner_never_empty",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["closed", "following", "loop_closed"])
                | Q(close_reason="self_solved")
                | Q(opinion_delivered_at__isnull=False),
                name="closing_needs_a_delivered_opinion",
            ),
            models.CheckConstraint(
                condition=~Q(close_reason__in=["out_of_scope", "help_card"]) | ~Q(path_given={}),
                name="out_of_scope_needs_a_path",
            ),
            models.CheckConstraint(condition=~Q(state="loop_closed") | ~Q(outcome=""), name="loop_needs_an_outcome"),
            models.CheckConstraint(
                condition=Q(first_contact=None) | Q(first_contact_at__isnull=False), name="first_contact_has_a_time"
            ),
        ]


class Round(models.Model):
    """One round of service on a case; each round is one service with one rating."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, models.CASCADE, related_name="rounds")
    number = models.SmallIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    guide = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    specialist = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    close_reason = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="one_round_each")]
