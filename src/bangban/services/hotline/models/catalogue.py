"""What a matter may be, who handles it and what is asked: categories, dispatch catalogue, undertakers, call-back policy."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangban.services.hotline import terms


class Category(models.Model):
    """One class of the tree of requests (F3.11): code, parent, words, and what its form asks (GB33358-5.1.2.4-a).

    `questions` is a list of {code, ask, required}; `limit_days` are working days a unit gets by default.
    """

    id = models.BigAutoField(primary_key=True)
    code = models.TextField(unique=True)
    name = models.TextField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path_names = models.TextField(default="")
    keywords = ArrayField(models.TextField(), default=list)
    questions = models.JSONField(default=list)
    limit_days = models.SmallIntegerField(null=True)
    active = models.BooleanField(default=True)


class DispatchRule(models.Model):
    """One line of the dispatch catalogue 派单目录: a class, perhaps in a region, and the unit that handles it (F3.03)."""

    id = models.BigAutoField(primary_key=True)
    category = models.ForeignKey(Category, models.CASCADE, related_name="dispatch")
    region = models.CharField(max_length=12, default="", blank=True)
    unit = models.ForeignKey("org.Body", models.PROTECT, related_name="+")
    role = models.TextField(choices=terms.Role, default=terms.Role.LEAD)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "region", "unit"], name="one_dispatch_line_each"),
            models.UniqueConstraint(fields=["category", "region"], condition=Q(role="lead"), name="one_lead_per_class"),
        ]


class Undertaker(models.Model):
    """A body that handles orders: contact, duty phone, duties and the limits agreed with it (GB33358-4.1.4).

    No order goes to a body that is not registered here. `emergency` names the classes that it takes at once.
    """

    unit = models.OneToOneField("org.Body", models.PROTECT, primary_key=True, related_name="+")
    contact_name = models.TextField()
    contact_phone = models.TextField()
    duty_phone = models.TextField(default="")
    duties = ArrayField(models.TextField(), default=list)
    sign_days = models.SmallIntegerField(default=1)
    limit_days = models.SmallIntegerField(default=5)
    emergency = ArrayField(models.TextField(choices=terms.EmergencyClass), default=list)
    active = models.BooleanField(default=True)
    since = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(contact_phone=""), name="undertaker_can_be_reached")]


class VisitPolicy(models.Model):
    """How many completed orders of a kind are called back: all, or a share (GB33358-5.4.1); the widest line has no kind."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField(choices=terms.Kind, default="", blank=True)
    direct = models.BooleanField(default=False)
    share = models.SmallIntegerField(help_text="percent of the orders, 100 for all")
    valid_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "direct", "valid_from"], name="one_policy_per_kind"),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=100), name="policy_share"),
        ]
