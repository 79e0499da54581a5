"""Whether a report can reach an address, pure (GB33358-5.6.1.3)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from bangban.foundation.access.phones import WRONG, clean_number, clean_phone
from bangban.oversight.reports.terms import Way


def wrong_address(channel: str, address: str) -> str:
    """Return in a sentence why a report cannot reach an address this way; empty when it can."""
    if not address:
        return "请填写接收地址或号码。"
    if channel == Way.EMAIL:
        try:
            validate_email(address)
        except ValidationError:
            return "这不是电子邮箱地址，请照 bgs@example.gov.cn 的样子填写。"
    if channel == Way.SMS and not clean_phone(address):
        return WRONG
    if channel == Way.PHONE and not clean_number(address):
        return "请填写手机号码，或带区号的固定电话号码。"
    return ""
