"""Mobile numbers of the mainland, in the one spelling that is stored and searched."""

from __future__ import annotations

import re

from bangban.foundation.privacy.crypto import normalise

MOBILE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
WRONG = "请填写11位手机号码。"


def clean_phone(text: str) -> str:
    """Return eleven digits, without blanks, hyphens or the country code; empty when it is no mobile number."""
    digits = normalise(text).removeprefix("+86").removeprefix("0086")
    return digits if MOBILE.fullmatch(digits) else ""
