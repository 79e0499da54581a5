"""The one-time notice, the guide to take home, forms and handling places."""

from __future__ import annotations

from typing import Any

import pytest

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.registry.catalog import reads
from bangban.registry.catalog.actions import (
    attach_form,
    count_download,
    create_item,
    publish_item,
    set_places,
    submit_item,
)
from bangban.registry.catalog.guide import MaterialLine
from bangban.registry.catalog.models import GuideDownload, Item
from bangban.registry.catalog.reads.places import metres
from bangban.registry.catalog.views import TemplateFile, TemplateLink
from bangban.registry.org import actions as org
from bangban.registry.org.models import Body
from tests.cast import Cast
from tests.registry.conftest import Office
from tests.registry.factories import PAID, guide

PDF = b"%PDF-1.7 test"


def published(office: Office, **changes: Any) -> Item:
    item = create_item("C1", guide(**changes), office.editor)
    submit_item(item.id, office.editor)
    return publish_item(item.id, office.reviewer)


def test_the_notice_tells_everything_at_once(office: Office) -> None:
    notice = reads.one_time_notice(published(office, **PAID).id)
    assert notice is not None
    assert notice.missing == ()
    assert [heading for heading, _ in notice.parts] == [
        "受理条件", "办理流程", "申请材料", "办结时限", "收费标准", "办理地点", "办理渠道", "咨询方式",
    ]  # fmt: skip
    for words in (
        "《失业保险金申领》一次性告知",
        "1. 居民身份证（原件1份",
        "无需提交：社会保险缴费记录",
        "工本费：10元（依据：收费目录）",
        "承诺办结时限：5个工作日",
        "020-00000002",
        "第1版",
        "网上申报",
    ):
        assert words in notice.text


def test_what_the_guide_leaves_open_is_said_honestly(office: Office) -> None:
    from bangban.registry.catalog.reads.notices import notice_of

    item = published(office)
    detail = reads.item(item.id)
    assert detail is not None
    from dataclasses import replace

    bare = replace(detail, guide=guide(conditions="", phone="", materials=(), charged=None), materials=())
    notice = notice_of(bare)
    assert notice.missing == ("受理条件", "申请材料", "收费标准", "咨询方式")
    assert notice.text.count("办事指南未载明") == 4


def test_an_item_without_materials_says_that_none_are_needed(office: Office) -> None:
    notice = reads.one_time_notice(published(office, materials=(), no_materials=True).id)
    assert notice is not None
    assert "无需提交材料" in notice.text


@pytest.mark.clause("T637-7.2-c")
def test_the_downloaded_guide_equals_the_published_one_and_is_counted(office: Office) -> None:
    item = published(office)
    file = reads.guide_text(item.id)
    assert file is not None
    assert file.file_name == "失业保险金申领-办事指南-第1版.txt"
    assert "版本：第1版，2026年11月18日起施行" in file.text
    assert "失业保险条例第十四条" in file.text
    for _ in range(2):
        count_download(item.id, now())
    assert GuideDownload.objects.get().count == 2


@pytest.mark.clause("T637-7.2-d")
def test_a_new_form_replaces_the_old_one_whose_link_leads_to_it(office: Office) -> None:
    line = MaterialLine(name="申请表", blank_form="C1-apply")
    item = published(office, materials=(line,))
    given: dict[str, Any] = {"key": "C1-apply", "kind": "blank", "title": "申请表", "file_name": "申请表.pdf"}
    attach_form(item.id, office.editor, content=PDF, **given)
    link = attach_form(item.id, office.editor, content=PDF + b" 2", **given)
    assert link.revision == 2
    detail = reads.item(item.id)
    assert detail is not None and detail.materials[0].blank is not None
    assert (detail.materials[0].blank.revision, detail.materials[0].blank.size) == (2, 15)
    old, new = reads.template("C1-apply", 1), reads.template("C1-apply", 2)
    assert isinstance(old, TemplateLink) and old.revision == 2
    assert isinstance(new, TemplateFile) and new.content == PDF + b" 2"
    assert reads.template("unknown", 1) is None


@pytest.mark.parametrize(
    ("name", "content"), [("a.exe", b"MZ"), ("a.pdf", b"<html>"), ("a", PDF), ("a.pdf", PDF + b"x" * 6_000_000)]
)
def test_forms_of_a_wrong_type_or_size_are_refused(office: Office, name: str, content: bytes) -> None:
    item = published(office)
    with pytest.raises(Incomplete):
        attach_form(item.id, office.editor, key="k", kind="blank", title="表", file_name=name, content=content)


@pytest.mark.clause("T637-6.1.3-d")
def test_places_come_nearest_first(city: Cast, office: Office) -> None:
    item = published(office)
    for body, latitude in ((city.center, 23.1), (city.district, 23.2), (city.department, None)):
        Body.objects.filter(id=body.id).update(latitude=latitude, longitude=113.3 if latitude else None)
    from bangban.registry.org.reads import forget

    forget()
    set_places(
        item.id,
        [(city.department.id, "", ""), (city.center.id, "1-3号窗口", ""), (city.district.id, "", "")],
        office.editor,
    )
    near = reads.handling_places(item.id, 23.21, 113.3)
    assert [place.body_id for place in near] == [city.district.id, city.center.id, city.department.id]
    assert near[0].distance == pytest.approx(1112, abs=2)
    assert (near[1].windows, near[2].distance) == ("1-3号窗口", None)
    assert len(reads.handling_places(item.id)) == 3
    set_places(item.id, [(city.center.id, "", "")], office.editor)
    assert len(reads.handling_places(item.id)) == 1
    with pytest.raises(Incomplete):
        set_places(item.id, [(999_999, "", "")], office.editor)
    with pytest.raises(NotYours):
        set_places(item.id, [], office.foreign_editor)


def test_distances_are_those_of_the_globe() -> None:
    assert metres((23.1291, 113.2644), (22.5431, 114.0579)) == pytest.approx(104_000, rel=0.01)
    assert metres((0, 0), (0, 180)) == pytest.approx(20_015_087, rel=0.001)
    assert org is not None
