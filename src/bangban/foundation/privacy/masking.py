"""What people see of personal data by default (F8.15)."""

from __future__ import annotations


def mask_name(name: str) -> str:
    """Keep the first character: 张三丰 → 张**, and the first four characters of an organisation's long name."""
    if len(name) > 6:
        return name[:4] + "*" * (len(name) - 4)
    return name[:1] + "*" * (len(name) - 1)


def mask_phone(phone: str) -> str:
    """Keep three and four digits of a mobile number: 138****1234; short numbers keep the last two."""
    if len(phone) >= 11:
        return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"
    return "*" * max(len(phone) - 2, 0) + phone[-2:]


def mask_id_number(number: str) -> str:
    """Keep three and four characters (the stricter of the known practices)."""
    if len(number) <= 7:
        return "*" * len(number)
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def mask_address(address: str) -> str:
    """Keep the address down to district and street."""
    for ending in ("街道", "镇", "乡", "区", "县", "市"):
        if (end := address.find(ending)) >= 0:
            return address[: end + len(ending)] + "***"
    return address[:2] + "***"


def mask_email(address: str) -> str:
    """Keep the first character and the domain."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}***@{domain}" if domain else "***"
