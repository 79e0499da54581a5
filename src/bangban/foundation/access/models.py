"""Accounts, sessions, tokens and one-time codes (level-3 protection defaults, F8.01-F8.06)."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from bangban.foundation.privacy.fields import BlindIndexField, SealedTextField


class AccountKind(models.TextChoices):
    """Who an account stands for."""

    STAFF = "staff", "工作人员"
    USER = "user", "服务对象"
    PARTNER = "partner", "接入应用"


class Account(AbstractBaseUser):
    """One sign-in. Staff use a name and password (with a second factor when set up), service users a phone code."""

    username = models.TextField(unique=True)
    kind = models.TextField(choices=AccountKind)
    display_name = models.TextField(default="")
    is_active = models.BooleanField(default=True)
    former_passwords = ArrayField(models.TextField(), default=list)
    totp_secret = SealedTextField()
    totp_pending = SealedTextField()
    totp_step = models.BigIntegerField(default=0)
    failed_logins = models.IntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    password_changed_at = models.DateTimeField(null=True)
    confidentiality_signed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    objects = BaseUserManager()

    class Meta:
        db_table = "access_account"


class Session(AbstractBaseSession):
    """One signed-in browser; listed to its owner and ended with the account."""

    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="sessions")
    device = models.TextField(default="")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    @classmethod
    def get_session_store_class(cls):  # type: ignore[no-untyped-def]
        """Return the store that keeps these rows."""
        from bangban.foundation.access.session_store import SessionStore

        return SessionStore


class Token(models.Model):
    """A bearer token of a program; only its digest is kept (T637-6.1.6-d)."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="tokens")
    name = models.TextField()
    scopes = ArrayField(models.TextField())
    channel = models.TextField(default="api")
    rate_per_minute = models.IntegerField(default=6000)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class SignInCode(models.Model):
    """A one-time code sent to a phone; only its digest is kept, five tries, ten minutes."""

    id = models.BigAutoField(primary_key=True)
    phone_index = BlindIndexField()
    digest = models.BinaryField(max_length=32)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    used_at = models.DateTimeField(null=True)


class SecurityEvent(models.Model):
    """What happened to accounts and protected data: sign-ins, lockouts, reveals, token changes (F8.03).

    Written through `security_log.note`; the database refuses changes, and deletion within six months.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    kind = models.TextField()
    account = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    subject = models.TextField(default="")
    address = models.TextField(default="")
    success = models.BooleanField()
    detail = models.TextField(default="")
    reason = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["account", "-at"], name="security_account"),
            models.Index(fields=["subject", "-at"], name="security_subject"),
            models.Index(fields=["address", "kind", "-at"], name="security_address"),
        ]


class IdempotencyKey(models.Model):
    """The first answer to a write of a program, replayed for the same key."""

    id = models.BigAutoField(primary_key=True)
    owner = models.TextField()
    key = models.TextField()
    fingerprint = models.BinaryField(max_length=32)
    status = models.IntegerField(null=True)
    body = models.BinaryField(null=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="one_answer_per_key")]
