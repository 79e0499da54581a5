"""Service items 政务服务事项: the item that never changes its number, and the versions of its guide."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from bangban.foundation.clocks.models import Unit
from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.ledger.models import Record
from bangban.registry.catalog import terms


class Standing(models.TextChoices):
    """Where a version stands; at most one is current and at most one is pending per item."""

    DRAFT = "draft", "草稿"
    IN_REVIEW = "in_review", "待审核"
    SCHEDULED = "scheduled", "已审核，待生效"
    CURRENT = "current", "现行"
    SUPERSEDED = "superseded", "已被替代"


PENDING = (Standing.DRAFT, Standing.IN_REVIEW, Standing.SCHEDULED)


class Item(Record):
    """One business item 业务办理项, the smallest unit that can be applied for (F2.04).

    `revision` is the version in effect, `pending_revision` the one in work beside it.
    """

    record_type = "item"

    code = models.CharField(max_length=64, unique=True)
    local_base_code = models.TextField(default="")
    local_implementation_code = models.TextField(default="")
    external_id = models.TextField(default="")
    source = models.TextField(default="")
    department = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    region = models.CharField(max_length=12, default="")
    last_revision = models.IntegerField(default=0)
    revision = models.IntegerField(null=True)
    pending_revision = models.IntegerField(null=True)
    pending_standing = models.TextField(choices=Standing, default="", blank=True)
    pending_author = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["updated_at", "id"], name="item_changed"),
            models.Index(fields=["external_id"], condition=~Q(external_id=""), name="item_external_id"),
            models.Index(
                fields=["-updated_at", "id"], condition=Q(pending_revision__isnull=False), name="item_pending"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(pending_revision=None, pending_standing="") | Q(pending_standing__in=PENDING),
                name="item_pending_has_a_standing",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "suspended"]) | Q(revision__isnull=False),
                name="published_item_has_a_version",
            ),
        ]


class ItemVersion(models.Model):
    """One version of an item's guide; an old application keeps the version it was filed under (T637-6.1.3-a)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(Item, models.CASCADE, related_name="versions")
    revision = models.IntegerField()
    standing = models.TextField(choices=Standing)
    listed = models.BooleanField(default=False)

    name = models.TextField()
    main_item = models.TextField(default="")
    situation = models.TextField(default="")
    aliases = ArrayField(models.TextField(), default=list)
    item_class = models.TextField(choices=terms.ItemClass, default=terms.ItemClass.GOVERNMENT)
    quasi_class = models.TextField(choices=terms.QuasiClass, default="", blank=True)
    provider_kind = models.TextField(choices=terms.ProviderKind, default=terms.ProviderKind.GOVERNMENT)
    item_type = models.TextField(choices=terms.ItemType, default="", blank=True)
    audience = ArrayField(models.TextField(choices=terms.Audience), default=list)
    department = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    department_name = models.TextField()
    implementing_body = models.TextField(default="")
    region = models.CharField(max_length=12, default="")
    region_name = models.TextField(default="")
    level = models.TextField(choices=terms.Level, default="", blank=True)
    themes = ArrayField(models.TextField(), default=list)
    tags = ArrayField(models.TextField(), default=list)

    conditions = models.TextField(default="")
    no_materials = models.BooleanField(default=False)
    steps = models.JSONField(default=list)
    handling_type = models.TextField(choices=terms.HandlingType, default="", blank=True)
    statutory_amount = models.IntegerField(null=True)
    statutory_unit = models.TextField(choices=Unit, default="", blank=True)
    promised_amount = models.IntegerField(null=True)
    promised_unit = models.TextField(choices=Unit, default="", blank=True)
    charged = models.BooleanField(null=True)
    fees = models.JSONField(default=list)
    legal_basis = models.JSONField(default=list)
    result_name = models.TextField(default="")

    place = models.TextField(default="")
    office_hours = models.TextField(default="")
    phone = models.TextField(default="")
    complaint_phone = models.TextField(default="")
    visits = models.SmallIntegerField(null=True)
    visit_reason = models.TextField(default="")
    online_depth = models.TextField(choices=terms.OnlineDepth, default="", blank=True)
    url = models.TextField(default="")
    online_booking = models.BooleanField(null=True)
    online_filing = models.BooleanField(null=True)
    online_payment = models.BooleanField(null=True)
    courier = models.BooleanField(null=True)
    door_to_door = models.BooleanField(default=False)
    appointment = models.BooleanField(default=False)
    self_service = models.BooleanField(default=False)
    agency = models.BooleanField(default=False)
    city_wide = models.BooleanField(default=False)
    required_identity_level = models.SmallIntegerField(default=0)
    application_started = models.BooleanField(default=True)
    commitment_based = models.BooleanField(default=False)
    residency = models.TextField(choices=terms.Residency, default="", blank=True)
    residency_approval = models.TextField(default="")
    residency_reason = models.TextField(default="")
    residency_review_on = models.DateField(null=True)

    effective_from = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    gaps = ArrayField(models.TextField(choices=terms.Gap), default=list)
    digest = models.BinaryField(max_length=32)
    change_note = models.TextField(default="")
    author = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    author_name = models.TextField()
    written_at = models.DateTimeField()
    reviewer = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    reviewer_name = models.TextField(default="")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["name", "item"], condition=Q(listed=True), name="listed_by_name"),
            models.Index(OpClass("name", "text_pattern_ops"), condition=Q(listed=True), name="listed_by_prefix"),
            models.Index(
                fields=["department_name", "name", "item"], condition=Q(listed=True), name="listed_by_department"
            ),
            models.Index(OpClass("region", "text_pattern_ops"), condition=Q(listed=True), name="listed_by_region"),
            GinIndex(fields=["themes"], condition=Q(listed=True), name="listed_by_theme"),
            GinIndex(fields=["tags"], condition=Q(listed=True), name="listed_by_tag"),
            models.Index(fields=["effective_from"], condition=Q(standing="scheduled"), name="scheduled_versions"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["item", "revision"], name="one_version_each"),
            models.UniqueConstraint(fields=["item"], condition=Q(standing="current"), name="one_current_version"),
            models.UniqueConstraint(fields=["item"], condition=Q(standing__in=PENDING), name="one_pending_version"),
            models.CheckConstraint(
                condition=Q(listed=False) | Q(standing="current"), name="only_the_current_is_listed"
            ),
            models.CheckConstraint(condition=~Q(author=F("reviewer")), name="version_reviewed_by_another"),
            models.CheckConstraint(
                condition=~Q(standing__in=["scheduled", "current"]) | Q(reviewed_at__isnull=False),
                name="version_in_effect_was_reviewed",
            ),
            models.CheckConstraint(
                condition=Q(statutory_amount=None, statutory_unit="")
                | (Q(statutory_amount__gte=0) & ~Q(statutory_unit="")),
                name="statutory_limit_is_a_pair",
            ),
            models.CheckConstraint(
                condition=Q(promised_amount=None, promised_unit="")
                | (Q(promised_amount__gte=0) & ~Q(promised_unit="")),
                name="promised_limit_is_a_pair",
            ),
        ]


class Material(models.Model):
    """One material of a version 申请材料 (F2.18); `blank_form` and `sample_form` are keys of form templates."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(ItemVersion, models.CASCADE, related_name="materials")
    position = models.SmallIntegerField()
    name = models.TextField()
    kind = models.TextField(choices=terms.MaterialKind, default="", blank=True)
    form = models.TextField(choices=terms.MaterialForm, default="", blank=True)
    originals = models.SmallIntegerField(null=True)
    copies = models.SmallIntegerField(null=True)
    specification = models.TextField(default="")
    necessity = models.TextField(choices=terms.Necessity, default="", blank=True)
    source = models.TextField(choices=terms.MaterialSource, default="", blank=True)
    source_note = models.TextField(default="")
    issuer = models.TextField(default="")
    acceptance_criteria = models.TextField(default="")
    filling_notes = models.TextField(default="")
    basis = models.TextField(default="")
    situation = models.TextField(default="")
    signed_by = models.TextField(default="")
    blank_form = models.TextField(default="")
    sample_form = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="one_material_each")]
        indexes = [
            models.Index(fields=["blank_form"], condition=~Q(blank_form=""), name="material_blank_form"),
            models.Index(fields=["sample_form"], condition=~Q(sample_form=""), name="material_sample_form"),
        ]
