"""Reading a CSV of answers of respondents, pure (GB33358-6.3)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date

from bangban.oversight.appraisal.models import SurveyAnswer
from bangban.oversight.appraisal.terms import FULL_MARK

COLUMNS = {
    "单位": "unit", "日期": "day", "服务态度": "attitude", "工作效率": "efficiency", "办理过程": "process",
    "办理结果": "result", "是否联系": "responded", "是否解决": "solved", "是否满意": "satisfied",
}  # fmt: skip
GRADES = ("attitude", "efficiency", "process", "result")
ANSWERS = ("responded", "solved", "satisfied")
WORDS = {"是": True, "否": False, "": None}
MOST = 100_000


def read_answers(
    content: bytes, units: Mapping[str, int], today: date
) -> tuple[list[SurveyAnswer], list[tuple[int, str]]]:
    """Return the answers of a file and, by line, why others are refused; the first line names the columns."""
    text = _text(content)
    if text is None:
        return [], [(1, "文件编码无法识别，请另存为UTF-8或GB18030的CSV。")]
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        lines = list(reader)
    except csv.Error:
        return [], [(reader.line_num, "不是完整的CSV，请检查引号。")]
    head = [cell.strip() for cell in lines[0]] if lines else []
    lost = [name for name in ("单位", "日期") if name not in head]
    if lost:
        return [], [(1, f"缺少列：{'、'.join(lost)}。可用的列：{'、'.join(COLUMNS)}。")]
    found: list[SurveyAnswer] = []
    refused: list[tuple[int, str]] = []
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if number > MOST:
            refused.append((number, f"一次最多{MOST}行，其余请分批导入。"))
            break
        given = {COLUMNS[name]: cell.strip() for name, cell in zip(head, cells, strict=False) if name in COLUMNS}
        problem, answer = _answer(number, given, units, today)
        if problem:
            refused.append((number, problem))
        elif answer is not None:
            found.append(answer)
    return found, refused


def _answer(
    line: int, given: Mapping[str, str], units: Mapping[str, int], today: date
) -> tuple[str, SurveyAnswer | None]:
    unit = units.get(given.get("unit", ""))
    if unit is None:
        return "单位不存在，请填写系统中的单位全称或代码。", None
    try:
        day = date.fromisoformat(given.get("day", "").replace("/", "-"))
    except ValueError:
        return "日期请写成2026-11-18。", None
    if day > today:
        return "日期在今天以后。", None
    answer = SurveyAnswer(line=line, unit_id=unit, day=day)
    for name in ANSWERS:
        if given.get(name, "") not in WORDS:
            return "是否联系、是否解决、是否满意只能填“是”“否”或留空。", None
        setattr(answer, name, WORDS[given.get(name, "")])
    for name in GRADES:
        text = given.get(name, "")
        if text and text not in {str(grade) for grade in range(1, FULL_MARK + 1)}:
            return f"评分请填1至{FULL_MARK}，或留空。", None
        setattr(answer, name, int(text) if text else None)
    if all(getattr(answer, name) is None for name in (*ANSWERS, *GRADES)):
        return "这一行没有任何评价。", None
    return "", answer


def _text(content: bytes) -> str | None:
    for codec in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(codec)
        except UnicodeDecodeError:
            continue
    return None
