"""Importing knowledge: any usual file, bad rows named, twice is once, nothing half-written."""

from __future__ import annotations

import codecs
import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.flows.flow import NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.verify import verify
from bangban.registry.catalog.actions import import_items
from bangban.registry.catalog.intake import engine
from bangban.registry.knowledge import reads
from bangban.registry.knowledge.actions import import_knowledge, withdraw_entry
from bangban.registry.knowledge.actions.imports import KnowledgeImporter
from bangban.registry.knowledge.models import Entry, EntryVersion
from tests.cast import Cast
from tests.goods import published_items
from tests.registry.conftest import Office

ROW: dict[str, Any] = {
    "id": "kb1", "question": "失业金怎么领", "answer": "网上或窗口申领。", "similar": ["失业保险金申请", "领失业金"],
    "unit": "广州市人力资源和社会保障局", "item": None, "theme": "就业创业", "basis": "失业保险条例第十四条",
    "valid_from": "2024-01-01", "valid_to": None, "audience": "person", "aspect": "process",
}  # fmt: skip
HEAD = "id,question,answer,similar,valid_to\n"


def jsonl(folder: Path, *rows: object) -> Path:
    path = folder / "knowledge.jsonl"
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def saved(folder: Path, content: bytes, name: str = "knowledge.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def published(external_id: str) -> Any:
    found = reads.entry(Entry.objects.get(external_id=external_id).id)
    assert found is not None
    return found


def test_a_row_becomes_a_published_entry_with_everything_it_says(city: Cast, tmp_path: Path) -> None:
    (item,) = published_items("失业保险金申领")
    report = import_knowledge(jsonl(tmp_path, {**ROW, "item": item.external_id}), SYSTEM)
    assert (report.added, report.refused, report.notes) == (1, 0, {})
    entry = published("kb1")
    assert (entry.state, entry.revision, entry.usable, entry.kind_label) == ("published", 1, True, "标准答案")
    assert (entry.body_id, entry.item_id, entry.item_revision) == (city.department.id, item.id, 1)
    assert entry.content.similar == ("失业保险金申请", "领失业金")
    assert (entry.usable_from, entry.usable_to) == (date(2024, 1, 1), None)
    assert entry.author_name == "导入（import）"


def test_the_same_file_twice_changes_nothing_and_a_changed_row_makes_a_version(city: Cast, tmp_path: Path) -> None:
    rows = [{**ROW, "id": f"k{place}"} for place in range(5)]
    import_knowledge(jsonl(tmp_path, *rows), SYSTEM)
    events = Event.objects.count()
    report = import_knowledge(jsonl(tmp_path, *rows), SYSTEM)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 5)
    assert Event.objects.count() == events
    rows[3]["answer"] = "只能网上申领。"
    report = import_knowledge(jsonl(tmp_path, *rows), SYSTEM)
    assert (report.added, report.changed, report.unchanged) == (0, 1, 4)
    entry = published("k3")
    assert (entry.revision, entry.content.answer) == (2, "只能网上申领。")
    cited = reads.entry(entry.id, 1)
    assert cited is not None
    assert (cited.content.answer, cited.usable) == ("网上或窗口申领。", False)
    assert verify().broken == ()


def test_every_row_has_its_own_event(city: Cast, tmp_path: Path) -> None:
    import_knowledge(jsonl(tmp_path, ROW, {**ROW, "id": "kb2"}), SYSTEM)
    opened = list(Event.objects.filter(kind="entry.opened"))
    assert len(opened) == 2
    assert all(event.data["imported"] and event.data["revision"] == 1 for event in opened)


def test_bad_rows_are_named_with_line_and_reason_and_good_rows_land(city: Cast, tmp_path: Path) -> None:
    path = jsonl(
        tmp_path,
        ROW,
        '{"id": "x", "question": "半句',
        {**ROW, "id": ""},
        {**ROW, "id": "a", "question": "  "},
        {**ROW, "id": "b", "answer": "长" * 20_001},
        {**ROW, "id": "c", "valid_to": "明年"},
        {**ROW, "id": "d", "valid_from": "2026-02-30"},
        {**ROW, "id": "e", "valid_to": "2023-12-31"},
        {**ROW, "id": "f", "answer": ["不是文字"]},
        {**ROW, "id": "g", "answer": "坏\x00字"},
        {**ROW, "id": "h", "audience": "火星人"},
        {**ROW, "question": "重复的编号"},
        '"只是一个字符串"',
        "",
        {**ROW, "id": "last"},
    )
    report = import_knowledge(path, SYSTEM)
    assert (report.added, report.refused) == (2, 12)
    reasons = {problem.line: problem.reason for problem in report.problems}
    assert sorted(reasons) == [*range(2, 14)]
    assert "JSON" in reasons[2]
    assert reasons[3] == "id不能为空。"
    assert reasons[4] == "question不能为空。"
    assert reasons[5] == "answer过长（20001字，最多20000字）。"
    assert "明年" in reasons[6]
    assert "2026-02-30" in reasons[7]
    assert reasons[8] == "失效日期早于生效日期。"
    assert reasons[9] == "answer应为文字。"
    assert "NUL" in reasons[10]
    assert "火星人" in reasons[11]
    assert reasons[12] == "编号“kb1”在本文件第1行已经出现过。"
    assert Entry.objects.count() == 2


def test_a_double_far_down_the_file_is_found_too(city: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BATCH", 3)
    rows = [{**ROW, "id": f"k{place}"} for place in range(10)]
    report = import_knowledge(jsonl(tmp_path, *rows, rows[1]), SYSTEM)
    assert (report.added, report.refused) == (10, 1)
    assert report.problems[0].reason == "编号“k1”在本文件第2行已经出现过。"


@pytest.mark.parametrize(
    ("encoding", "mark", "name"),
    [
        ("utf-8", b"", "UTF-8"),
        ("utf-8", codecs.BOM_UTF8, "UTF-8"),
        ("gbk", b"", "GBK/GB18030"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "UTF-16"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "UTF-16"),
        ("utf-16-le", b"", "UTF-16-LE"),
    ],
)
def test_usual_encodings_are_recognised(city: Cast, tmp_path: Path, encoding: str, mark: bytes, name: str) -> None:
    text = HEAD + "1,怎么办理护照,带身份证到窗口。,办护照|护照办理,\r\n"
    report = import_knowledge(saved(tmp_path, mark + text.encode(encoding)), SYSTEM)
    assert (report.added, report.refused, report.encoding) == (1, 0, name)
    assert published("1").content.question == "怎么办理护照"
    assert published("1").content.similar == ("办护照", "护照办理")


def test_single_broken_lines_in_utf8_are_reported_and_the_rest_lands(city: Cast, tmp_path: Path) -> None:
    good = [json.dumps({**ROW, "id": f"k{place}"}, ensure_ascii=False).encode() for place in range(4)]
    broken = json.dumps({**ROW, "id": "bad"}, ensure_ascii=False).encode("gbk")
    report = import_knowledge(saved(tmp_path, b"\n".join([*good[:2], broken, *good[2:]]), "k.jsonl"), SYSTEM)
    assert (report.added, report.refused) == (4, 1)
    assert (report.problems[0].line, "编码" in report.problems[0].reason) == (3, True)


def test_chinese_headings_quotes_and_line_breaks_of_csv_are_read(city: Cast, tmp_path: Path) -> None:
    file = io.StringIO()
    csv.writer(file).writerows(
        [
            ["编号", "问题", "标准答案", "相似问", "部门", "失效日期", "别的列"],
            ["1", "几点上班", "上午九点，\n下午一点半。", "上班时间；办公时间", "某局", "2030年1月2日", "忽略"],
            ["2", "短一行", "可以"],
            ["3", "多一列", "不行", "", "", "", "", "多"],
        ]
    )
    report = import_knowledge(saved(tmp_path, file.getvalue().encode()), SYSTEM)
    assert (report.added, report.refused) == (2, 1)
    assert "8列" in report.problems[0].reason
    entry = published("1")
    assert entry.content.answer == "上午九点，\n下午一点半。"
    assert entry.content.similar == ("上班时间", "办公时间")
    assert entry.usable_to == date(2030, 1, 2)
    assert report.notes == {"unit_unmatched": 1}


def test_a_json_list_is_read_like_lines(city: Cast, tmp_path: Path) -> None:
    text = json.dumps([ROW, "nothing", {**ROW, "id": "kb2"}], ensure_ascii=False, indent=1)
    report = import_knowledge(saved(tmp_path, text.encode(), "k.json"), SYSTEM)
    assert (report.added, report.refused) == (2, 1)
    report = import_knowledge(saved(tmp_path, text.encode()[:-4], "k.json"), SYSTEM)
    assert report.unchanged == 1
    assert report.problems[-1].reason.startswith("从这里起不是有效的JSON")


def test_formula_like_text_stays_text(city: Cast, tmp_path: Path) -> None:
    formula = '=HYPERLINK("http://example.test","点我")'
    import_knowledge(jsonl(tmp_path, {**ROW, "question": "@SUM(1+1)", "answer": formula}), SYSTEM)
    assert published("kb1").content.answer == formula
    assert published("kb1").content.question == "@SUM(1+1)"


def test_one_endless_line_is_refused_without_filling_the_memory(city: Cast, tmp_path: Path) -> None:
    endless = b'{"id": "x", "answer": "' + b"a" * (3 * 1024 * 1024)
    good = json.dumps(ROW, ensure_ascii=False).encode()
    report = import_knowledge(
        saved(tmp_path, good + b"\n" + endless + b"\n" + good.replace(b"kb1", b"kb2"), "k.jsonl"), SYSTEM
    )
    assert (report.added, report.refused) == (2, 1)
    assert (report.problems[0].line, "过长" in report.problems[0].reason) == (2, True)


def test_a_row_that_the_database_refuses_does_not_take_its_batch_along(
    city: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE knowledge_entryversion ADD CHECK (question <> '禁止')")
    rows = [{**ROW, "id": "a"}, {**ROW, "id": "b", "question": "禁止"}, {**ROW, "id": "c"}]
    report = import_knowledge(jsonl(tmp_path, *rows), SYSTEM)
    assert (report.added, report.refused, report.problems[0].line) == (2, 1, 2)
    assert sorted(Entry.objects.values_list("external_id", flat=True)) == ["a", "c"]
    assert EntryVersion.objects.count() == 2
    assert verify().broken == ()


def test_a_withdrawn_entry_is_not_brought_back_by_a_file(city: Cast, office: Office, tmp_path: Path) -> None:
    import_knowledge(jsonl(tmp_path, ROW), SYSTEM)
    withdraw_entry(Entry.objects.get().number, office.reviewer, "答案有误")
    report = import_knowledge(jsonl(tmp_path, {**ROW, "answer": "新答案"}), SYSTEM)
    assert (report.changed, report.refused) == (0, 1)
    assert list(reads.passages()) == []


def test_a_file_from_an_editor_waits_for_review(office: Office, tmp_path: Path) -> None:
    report = import_knowledge(jsonl(tmp_path, ROW, {**ROW, "id": "kb2", "unit": "外单位"}), office.editor)
    assert (report.added, report.refused) == (1, 1)
    assert Entry.objects.get().state == "in_review"
    assert list(reads.passages()) == []
    with pytest.raises(NotYours):
        import_knowledge(jsonl(tmp_path, ROW), office.foreign_editor.__class__("guest", "g"))


def test_two_imports_at_once_are_refused(transactional_db: None, tmp_path: Path) -> None:
    from threading import Thread

    from django.db import connections

    holding = "SELECT pg_try_advisory_lock(hashtext('import knowledge'))"
    with connection.cursor() as cursor:
        cursor.execute(holding)
    refused: list[object] = []

    def second() -> None:
        try:
            import_knowledge(jsonl(tmp_path, ROW), SYSTEM)
        except NotAllowed as refusal:
            refused.append(refusal.sentence)
        finally:
            connections.close_all()

    thread = Thread(target=second)
    thread.start()
    thread.join()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
    assert refused == ["另一批导入正在进行，请等它结束后再试。"]


def test_items_and_knowledge_files_are_not_mixed_up(city: Cast, tmp_path: Path) -> None:
    report = import_items(jsonl(tmp_path, ROW), SYSTEM)
    assert (report.added, report.refused) == (0, 1)
    assert "name" in report.problems[0].reason


def test_an_import_that_dies_leaves_whole_rows_and_the_next_one_finishes_it(
    city: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BATCH", 4)
    path = jsonl(tmp_path, *({**ROW, "id": f"k{place}"} for place in range(10)))
    landed = KnowledgeImporter.land
    calls = []

    def dies(self: KnowledgeImporter, rows: Any) -> Any:
        calls.append(1)
        outcomes = landed(self, rows)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return outcomes

    with monkeypatch.context() as dying:
        dying.setattr(KnowledgeImporter, "land", dies)
        with pytest.raises(KeyboardInterrupt):
            import_knowledge(path, SYSTEM)
    assert Entry.objects.count() == EntryVersion.objects.count() == 8
    report = import_knowledge(path, SYSTEM)
    assert (report.added, report.unchanged, report.refused) == (2, 8, 0)
    assert verify().broken == ()
