"""Telephone numbers of the mainland, each in the one spelling that is stored and searched."""

from __future__ import annotations

import re

from bangban.foundation.privacy.crypto import normalise

MOBILE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
LANDLINE = re.compile(r"0(10|2[0-9]|[3-9][0-9]{2})[0-9]{7,8}", re.ASCII)
COUNTRY = re.compile(r"(\+|00)86", re.ASCII)
MARKS = str.maketrans("", "", "()\t\u00a0·.")
WRONG = "请填写11位手机号码。"


def clean_phone(text: str) -> str:
    """Return eleven digits, without blanks, hyphens or the country code; empty when it is no mobile number."""
    digits = COUNTRY.sub("", _bare(text), count=1) if COUNTRY.match(_bare(text)) else _bare(text)
    return digits if MOBILE.fullmatch(digits) else ""


def clean_number(text: str) -> str:
    """Return the digits of a mobile number or of a landline with its area code; empty when it is neither.

    After the country code the area code may be written without its 0, as abroad (+86 20 …).
    """
    if mobile := clean_phone(text):
        return mobile
    digits = _bare(text)
    if country := COUNTRY.match(digits):
        digits = "0" + digits[country.end() :].removeprefix("0")
    return digits if LANDLINE.fullmatch(digits) else ""


def _bare(text: str) -> str:
    return normalise(text).translate(MARKS)
