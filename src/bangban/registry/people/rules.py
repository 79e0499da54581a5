"""Pure rules about people: numbers, names, levels of proof (F10.02, F10.05-F10.08)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from bangban.foundation.access.phones import WRONG, clean_phone
from bangban.foundation.privacy.crypto import normalise

ID_CARD = "111"
CREDIT_CODE = "uscc"
ID_TYPES = {
    ID_CARD: "居民身份证",
    "414": "普通护照",
    "516": "港澳居民来往内地通行证",
    "511": "台湾居民来往大陆通行证",
    "553": "外国人永久居留身份证",
    "residence": "港澳台居民居住证",
    "foreign_passport": "外国护照",
    CREDIT_CODE: "统一社会信用代码",
}
SHAPES = {
    "414": re.compile(r"[EG]\d{8}|E[A-Z]\d{7}"),
    "516": re.compile(r"[HM]\d{8}(\d{2})?"),
    "511": re.compile(r"\d{8}"),
    "foreign_passport": re.compile(r"[A-Z0-9]{5,17}"),
}
OLD_PERMANENT = re.compile(r"[A-Z]{3}\d{12}")
RESIDENCE_REGIONS = ("810000", "820000", "830000")
LEVELS = {1: "手机已验证", 2: "已登记实名信息", 3: "姓名与证件号已核对", 4: "已实人核验", 5: "已持证核验"}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
ELDER_AGE = 60
LONGEST_NAME = 100


@dataclass(frozen=True)
class NewPerson:
    """A person or organisation as a form or a file gives it."""

    kind: str = "natural_person"
    name: str = ""
    phone: str = ""
    id_type: str = ""
    id_number: str = ""
    address: str = ""
    email: str = ""
    elder: bool | None = None
    preferred_channel: str = ""


def check_person(new: NewPerson) -> dict[str, str]:
    """Return a sentence for each wrong field; what is not given is not wrong."""
    problems = {
        "name": check_name(new.name) if new.name else "",
        "phone": WRONG if new.phone and not clean_phone(new.phone) else "",
        "email": "请填写正确的电子邮箱。" if new.email and not EMAIL.fullmatch(new.email) else "",
        "id_number": check_number(new.id_type, new.id_number) if new.id_number or new.id_type else "",
    }
    if new.kind != "natural_person" and new.id_type not in ("", CREDIT_CODE):
        problems["id_type"] = "法人和其他组织请填写统一社会信用代码。"
    if new.kind == "natural_person" and new.id_type == CREDIT_CODE:
        problems["id_type"] = "自然人请填写个人证件。"
    return {field: sentence for field, sentence in problems.items() if sentence}


def check_name(name: str) -> str:
    """Return a sentence when a text cannot be a name: empty, too long, or with digits, marks or markup in it."""
    bare = name.strip()
    if not bare or len(bare) > LONGEST_NAME:
        return f"请填写姓名或名称（不超过{LONGEST_NAME}个字）。"
    return "姓名或名称中不能有这些符号：< > { } ; 或换行。" if re.search(r"[<>{};\x00-\x1f]", bare) else ""


def check_number(id_type: str, number: str) -> str:
    """Return a sentence when a number cannot be one of its kind; whether it is anybody's number is not known here."""
    if id_type not in ID_TYPES:
        return "请选择证件类型。"
    compact = normalise(number)
    if id_type == ID_CARD:
        return "" if _is_id_card(compact) else "身份证号码有误，请核对18位号码。"
    if id_type == "residence":
        right = compact[:6] in RESIDENCE_REGIONS and _is_id_card(compact)
        return "" if right else "居住证号码有误，请核对18位号码。"
    if id_type == "553":
        right = bool(OLD_PERMANENT.fullmatch(compact)) or (compact[:1] == "9" and _is_id_card(compact))
        return "" if right else "永久居留身份证号码有误，请核对。"
    if id_type == CREDIT_CODE:
        return "" if uscc.is_valid(compact) else "统一社会信用代码有误，请核对18位代码。"
    return "" if SHAPES[id_type].fullmatch(compact) else f"{ID_TYPES[id_type]}号码格式有误，请核对。"


def _is_id_card(number: str) -> bool:
    """Check length, digits, date and check digit (GB 11643).

    The library's look-up of the county by birth year is left out: numbers were given years after birth and counties
    were renamed in between, so it refuses people who exist.
    """
    try:
        digits = len(number) == 18 and number.isascii() and number[:17].isdigit()
        return digits and ric.calc_check_digit(number) == number[17] and ric.get_birth_date(number).year >= 1850
    except ValidationError:
        return False


def birth_date(id_type: str, number: str) -> date | None:
    """Return the birth date that a number carries; None when it carries none."""
    compact = normalise(number)
    return ric.get_birth_date(compact) if id_type in (ID_CARD, "residence") and _is_id_card(compact) else None


def is_elder(born: date, today: date) -> bool:
    """Tell whether somebody is sixty or older."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day)) >= ELDER_AGE


def what_raises(level: int) -> str:
    """Return in Chinese what a person does to reach a level of proof."""
    if level <= 2:
        return "请先在“我的信息”中登记姓名和证件号码。"
    if level == 3:
        return "请先完成姓名与证件号码核对。"
    return "请通过已接入的身份认证完成实人核验，或持证件到政务服务窗口核验。"
