"""What a hall is made of: areas, classes of business, windows, facilities, devices, and its rules."""

from __future__ import annotations

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Area(models.Model):
    """A waiting area (DB23-6.3.2-b): where people of some classes wait, and how to get there."""

    id = models.BigAutoField(primary_key=True)
    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    code = models.TextField()
    name = models.TextField()
    floor = models.TextField(default="1层")
    route = models.TextField(default="")
    position = models.SmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "code"], name="one_area_per_code")]


class QueueClass(models.Model):
    """A class of business with one letter, one waiting area and its own numbers (F5.04).

    `english_name` is shown in English, where one was given. `words` are what people say for it, beside the names of its
    items. `wait_threshold` (minutes) and `crowd_threshold` (people) are where the hall manager is alerted
    (DB23-6.3.2-f). `service_seconds` is the service time to reckon with until there are measured ones.
    """

    id = models.BigAutoField(primary_key=True)
    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    letter = models.CharField(max_length=2)
    name = models.TextField()
    english_name = models.TextField(default="", blank=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="classes")
    description = models.TextField(default="")
    words = ArrayField(models.TextField(), default=list)
    themes = ArrayField(models.TextField(), default=list)
    departments = ArrayField(models.BigIntegerField(), default=list)
    general = models.BooleanField(default=False)
    online_url = models.TextField(default="")
    wait_threshold = models.SmallIntegerField(default=30)
    crowd_threshold = models.SmallIntegerField(default=20)
    service_seconds = models.IntegerField(default=480)
    position = models.SmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "letter"], name="one_class_per_letter"),
            models.UniqueConstraint(fields=["body"], condition=Q(general=True, active=True), name="one_general_class"),
        ]


class ClassItem(models.Model):
    """An item that is handled in a class at a hall: exactly one class for each item there."""

    id = models.BigAutoField(primary_key=True)
    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    klass = models.ForeignKey(QueueClass, models.CASCADE, related_name="items")
    item = models.ForeignKey("catalog.Item", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "item"], name="one_class_per_item")]


class WindowKind(models.TextChoices):
    """What a window is for (glossary: hall)."""

    COMPREHENSIVE = "comprehensive_window", "综合窗口"
    ACCEPTANCE = "acceptance_window", "受理窗口"
    ISSUING = "issuing_window", "出件窗口"
    UNRESOLVED = "unresolved_matter_window", "办不成事反映窗口"
    SPECIALIST = "specialist_window", "专员窗口"


class Window(models.Model):
    """A window, and the classes it usually serves; which it serves today stands in its session (DB23-6.3.2-b)."""

    id = models.BigAutoField(primary_key=True)
    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    label = models.TextField()
    kind = models.TextField(choices=WindowKind, default=WindowKind.COMPREHENSIVE)
    area = models.ForeignKey(Area, models.PROTECT, related_name="windows")
    route = models.TextField(default="")
    classes = ArrayField(models.BigIntegerField(), default=list)
    position = models.SmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "label"], name="one_window_per_label")]


class Facility(models.Model):
    """A place in the hall that people ask for: toilet, zone, machine, water, umbrella loan (DB23-6.3.2-c, DB23-6.7.4)."""

    id = models.BigAutoField(primary_key=True)
    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    name = models.TextField()
    kind = models.TextField()
    floor = models.TextField(default="1层")
    route = models.TextField()
    words = ArrayField(models.TextField(), default=list)
    position = models.SmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "name", "floor"], name="one_facility_per_floor")]


class DeviceKind(models.TextChoices):
    """Machines of the hall."""

    KIOSK = "self_service_terminal", "自助终端"
    BOARD = "board", "叫号屏"
    RATING = "rating_device", "评价器"


class Device(models.Model):
    """A machine of the hall: it is known by a key that was shown to it once; the key is stored as a digest."""

    id = models.BigAutoField(primary_key=True)
    body = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    kind = models.TextField(choices=DeviceKind)
    code = models.TextField()
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="+")
    place = models.TextField(default="")
    key_digest = models.BinaryField(max_length=32, unique=True)
    seen_at = models.DateTimeField(null=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "code"], name="one_device_per_code"),
            models.CheckConstraint(
                condition=~Q(kind="rating_device") | Q(window__isnull=False), name="rating_device_has_a_window"
            ),
        ]


class Rules(models.Model):
    """The rules of one hall, published there (DB23-6.5, F5.04); a hall without a row keeps these defaults.

    Minutes unless the name says otherwise. `credits` maps a flag of a ticket to the minutes that it stands further
    ahead: whoever comes later than that can never overtake, so nobody starves.
    """

    body = models.OneToOneField("org.Body", models.PROTECT, primary_key=True, related_name="+")
    call_attempts = models.SmallIntegerField(default=3)
    recall_seconds = models.SmallIntegerField(default=10)
    rejoin_within = models.SmallIntegerField(default=30)
    rejoin_behind = models.SmallIntegerField(default=3)
    credits = models.JSONField(default=dict)
    day_begins = models.TimeField(default=time(0))
    tickets_open_before = models.SmallIntegerField(default=30)
    tickets_stop_before_close = models.SmallIntegerField(default=0)
    early_check_in = models.SmallIntegerField(default=0)
    book_days_ahead = models.SmallIntegerField(default=14)
    open_appointments = models.SmallIntegerField(default=3)
    no_show_limit = models.SmallIntegerField(default=3)
    no_show_days = models.SmallIntegerField(default=30)
    no_show_pause_days = models.SmallIntegerField(default=7)
    remind_hours = models.SmallIntegerField(default=24)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(call_attempts__gte=1, rejoin_within__gte=0, rejoin_behind__gte=0, remind_hours__gte=24),
                name="hall_rules_make_sense",
            )
        ]
