"""Regions, bodies, staff, rosters and presence (T637-2, BJO-1.3, BJO-2.1)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Level(models.TextChoices):
    """Levels of government (F2.09), top first."""

    PROVINCE = "province", "省"
    CITY = "city", "市"
    DISTRICT = "district", "区（县）"
    TOWNSHIP = "township", "街道（镇）"
    VILLAGE = "village", "社区（村）"


class Region(models.Model):
    """One administrative division, 12 digits right-padded with zeros (F12.05), with validity (F12.06)."""

    code = models.CharField(max_length=12, primary_key=True)
    name = models.TextField()
    level = models.TextField(choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    replaced_by = models.CharField(max_length=12, default="")


class BodyKind(models.TextChoices):
    """Types of bodies (T637-2, BJO-2.1)."""

    MANAGEMENT = "management_body", "政务服务管理机构"
    CENTER = "service_center", "政务服务中心"
    BRANCH = "branch_center", "专业大厅（分中心）"
    CONVENIENCE = "convenience_center", "便民服务中心"
    STATION = "service_station", "便民服务站"
    DEPARTMENT = "department", "部门"
    HOTLINE = "hotline", "政务热线"
    PROVIDER = "provider", "类政务服务机构"


class Mode(models.TextChoices):
    """Who answers first at a body (roles-and-figures §6.1)."""

    ASSISTANT_FIRST = "assistant_first", "智能客服先接待"
    HUMAN_FIRST = "human_first", "人工先接待"


class Body(models.Model):
    """One body in the tree; `path` holds the ids from the root down to itself, so a subtree is one index look-up."""

    id = models.BigAutoField(primary_key=True)
    code = models.TextField(unique=True)
    name = models.TextField()
    kind = models.TextField(choices=BodyKind)
    level = models.TextField(choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    region = models.ForeignKey(Region, models.PROTECT, related_name="bodies")
    path = ArrayField(models.BigIntegerField(), default=list)
    address = models.TextField(default="")
    phone = models.TextField(default="")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    opening_hours = models.TextField(default="")
    supervision_phone = models.TextField(default="")
    supervision_address = models.TextField(default="")
    online_since = models.DateField(null=True)
    mode = models.TextField(choices=Mode, default=Mode.ASSISTANT_FIRST)
    contacts_confirmed_on = models.DateField(null=True)
    active = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["region", "kind"], name="body_region")]


class Employment(models.TextChoices):
    """How staff are employed (T637-6.2.2-a)."""

    FULL_TIME = "full_time", "专职"
    PART_TIME = "part_time", "兼职"
    THIRD_PARTY = "third_party", "第三方"


class Staff(models.Model):
    """One person in a post at one body; the work number is what badge, window and talk show (DB23-5.2.4)."""

    id = models.BigAutoField(primary_key=True)
    account = models.OneToOneField("access.Account", models.PROTECT, related_name="staff")
    name = models.TextField()
    work_number = models.TextField(default="", blank=True)
    body = models.ForeignKey(Body, models.PROTECT, related_name="staff")
    duties = ArrayField(models.TextField(), default=list)
    employment = models.TextField(choices=Employment, default=Employment.FULL_TIME)
    employer = models.TextField(default="")
    skills = ArrayField(models.TextField(), default=list)
    departments = ArrayField(models.TextField(), default=list)
    languages = ArrayField(models.TextField(), default=list)
    expert_as = models.TextField(default="")
    active = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["body"], condition=Q(active=True), name="staff_body")]
        constraints = [
            models.UniqueConstraint(
                fields=["work_number"], condition=~Q(work_number=""), name="one_holder_per_work_number"
            )
        ]


class Shift(models.Model):
    """One weekly recurring stretch of duty (0 = Monday)."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="shifts")
    weekday = models.SmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    workdays_only = models.BooleanField(default=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__gte=0, weekday__lte=6), name="shift_weekday"),
            models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="shift_order"),
        ]


class PresenceState(models.TextChoices):
    """What a member of staff says about being there."""

    AVAILABLE = "available", "可接待"
    BUSY = "busy", "忙碌"
    AWAY = "away", "离开"


class Presence(models.Model):
    """A lease: who is at the desk until when; a desk that falls silent lapses by itself."""

    staff = models.OneToOneField(Staff, models.CASCADE, primary_key=True, related_name="presence")
    state = models.TextField(choices=PresenceState)
    seen_at = models.DateTimeField()
    lease_until = models.DateTimeField()
