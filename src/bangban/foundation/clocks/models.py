"""Clock rules, calendars and running clocks 时限."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangban.foundation.ledger.identifiers import new_id


class CalendarDay(models.Model):
    """An announced day that overrides the packaged calendar: rest day or work day, with the notice it comes from."""

    day = models.DateField(primary_key=True)
    is_workday = models.BooleanField()
    name = models.TextField(default="")
    source = models.TextField()


class Hours(models.Model):
    """Service hours of one kind (online-human, centre, hotline) of one unit, or the default when `unit_id` is null."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    unit_id = models.BigIntegerField(null=True)
    weekly = models.JSONField()
    workday_spans = models.JSONField(default=list)
    workdays_only = models.BooleanField(default=True)
    exceptions = models.JSONField(default=dict)
    zone = models.TextField(default="Asia/Shanghai")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "unit_id"], name="one_hours_per_unit", nulls_distinct=False),
        ]


class Unit(models.TextChoices):
    """Units of a limit (A.3 clock_unit)."""

    WORKING_DAY = "working_day", "工作日"
    CALENDAR_DAY = "calendar_day", "自然日"
    HOUR = "hour", "小时"
    MINUTE = "minute", "分钟"
    SECOND = "second", "秒"


class ClockRule(models.Model):
    """One limit: how long, counted how, from which clause; a unit's own row goes before the default one."""

    id = models.BigAutoField(primary_key=True)
    code = models.TextField()
    label = models.TextField()
    unit_id = models.BigIntegerField(null=True)
    amount = models.IntegerField()
    unit = models.TextField(choices=Unit)
    warn_amount = models.IntegerField(default=0)
    warn_unit = models.TextField(choices=Unit, default=Unit.MINUTE)
    hours_kind = models.TextField(default="online_human")
    service_time = models.BooleanField(default=False)
    roll = models.BooleanField(default=True)
    resume = models.TextField(choices=[("continue", "接续"), ("restart", "重新计时")], default="continue")
    pause_kinds = ArrayField(models.TextField(), default=list, blank=True)
    clause = models.TextField()
    source = models.TextField()
    kind = models.TextField(choices=[("law", "法定"), ("std", "标准"), ("local", "本地规定")])
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "unit_id", "valid_from"], name="one_rule_at_a_time", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="rule_amount"),
        ]


class ClockState(models.TextChoices):
    """Where a clock stands; kept and lapsed are end states."""

    RUNNING = "running", "计时中"
    PAUSED = "paused", "已暂停"
    STOPPED = "stopped", "已停止"


class Clock(models.Model):
    """One limit running on one record, with one stored due time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_type = models.TextField()
    record_id = models.UUIDField()
    rule = models.ForeignKey(ClockRule, models.PROTECT, related_name="+")
    code = models.TextField()
    unit_id = models.BigIntegerField(null=True)
    state = models.TextField(choices=ClockState, default=ClockState.RUNNING)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    calendar_version = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="running", breached_at=None), name="clock_due"),
            models.Index(fields=["warn_at"], condition=Q(state="running", warned_at=None), name="clock_warn"),
            models.Index(fields=["record_id"], name="clock_record"),
            models.Index(
                fields=["code", "record_id"],
                include=["warn_at", "due_at"],
                condition=Q(state="running"),
                name="clock_running",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["record_id", "code"], condition=~Q(state="stopped"), name="one_running_clock"
            ),
            models.CheckConstraint(
                condition=Q(state="stopped", stopped_at__isnull=False) | ~Q(state="stopped"), name="stop_has_a_time"
            ),
        ]


class ClockPause(models.Model):
    """One stretch in which a clock does not count; at most one is open per clock."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clock = models.ForeignKey(Clock, models.CASCADE, related_name="pauses")
    kind = models.TextField()
    reason = models.TextField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock"], condition=Q(ended_at=None), name="one_open_pause")]
