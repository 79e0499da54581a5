"""Reports at the desk: list, page, words that save themselves, files, figures, recipients, receipts."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import DUTIES, PERMISSIONS
from bangban.foundation.documents import fonts
from bangban.foundation.jobs.following import catch_up
from bangban.oversight.reports.actions import counting
from bangban.oversight.reports.models import Report, ReportRecipient, ReportSending
from bangban.surfaces.reports.urls import urlpatterns
from tests.foundation.documents.conftest import needs_fonts
from tests.foundation.documents.reading import pdf_text
from tests.hotline import Hotline, hotline_staff
from tests.oversight.reports.conftest import MONDAY
from tests.oversight.reports.past import past_order
from tests.oversight.reports.ways import drafted
from tests.services.hotline.ways import as_if_committed
from tests.surfaces.desk.conftest import Desk

HERE = "/desk/reports/"


@pytest.mark.clause("GB33358-5.6.1.2")
def test_a_report_is_drafted_by_hand_and_read_with_its_comparison_columns(busy: Hotline, desk: Desk) -> None:
    client = desk(busy.statistician)
    assert "还没有报告" in client.get(HERE).content.decode()
    form = {"form": "routine", "body": busy.center.id, "period": "week", "day": "2026-11-10", "client_id": "one"}
    made = client.post(f"{HERE}new", form)
    number = Report.objects.get().number
    assert (made.status_code, made["Location"]) == (303, f"{HERE}{number}")
    assert client.post(f"{HERE}new", form)["Location"] == HERE
    waiting = client.get(made["Location"]).content.decode()
    assert "数字正在统计" in waiting and 'hx-trigger="every 2s"' in waiting and "核对无误" not in waiting
    as_if_committed()
    catch_up()
    page = client.get(made["Location"]).content.decode()
    assert "every 2s" not in page
    for words in (
        "一、总体情况",
        "去年同期",
        "同比",
        "环比",
        "上周",
        "无",
        "图1　每日受理量",
        "<svg",
        "责任人",
        "核对无误",
    ):
        assert words in page, words
    assert f'href="{HERE}{number}/figure/received:source:website"' in page
    assert "周报（2026年11月9日至15日）" in client.get(HERE).content.decode()
    assert number not in client.get(f"{HERE}?kind=month").content.decode()


def test_a_count_that_failed_is_seen_on_the_page_with_the_way_on(
    busy: Hotline, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = drafted(busy)
    monkeypatch.setattr(counting, "count", lambda *given: 1 // 0)
    client = desk(busy.statistician)
    client.post(f"{HERE}{number}/do/recount")
    as_if_committed()
    catch_up()
    page = client.get(f"{HERE}{number}").content.decode()
    assert "没有统计成" in page and "请点“重新统计”" in page and "every 2s" not in page
    assert f'action="{HERE}{number}/do/recount"' in page and "核对无误" not in page
    assert "没有统计成" in client.get(HERE).content.decode()


def test_gaps_in_the_forms_are_said_and_nothing_typed_is_lost(busy: Hotline, desk: Desk) -> None:
    client = desk(busy.statistician)
    page = client.post(
        f"{HERE}new", {"form": "special", "body": busy.center.id, "topic": "夜间施工", "orders": "GD1 GD2"}
    )
    assert page.status_code == 422
    assert "没有找到这些工单：GD1、GD2" in page.content.decode() and "夜间施工" in page.content.decode()
    for given in (
        {"period": "week", "day": "x"},
        {"period": "?", "day": "2026-11-10"},
        {"period": "year", "day": "2026-11-10"},
    ):
        assert client.post(f"{HERE}new", {"form": "routine", "body": busy.center.id, **given}).status_code == 422
    assert (
        client.post(f"{HERE}new", {"form": "routine", "body": "９９", "period": "day", "day": "2026-11-10"}).status_code
        == 404
    )


def test_words_save_themselves_while_they_are_typed(busy: Hotline, desk: Desk) -> None:
    client, number = desk(busy.statistician), drafted(busy)
    typed = {"comment": "本周降温。", "suggestions": "请关注供暖。"}
    saved = client.post(f"{HERE}{number}/write", typed, headers={"HX-Request": "true"})
    assert "已自动保存" in saved.content.decode()
    assert "本周降温。" in client.get(f"{HERE}{number}").content.decode()
    too_long = client.post(f"{HERE}{number}/write", {"suggestions": "长" * 5001})
    assert too_long.status_code == 422 and "长" * 100 in too_long.content.decode()
    assert Report.objects.get(number=number).suggestions == "请关注供暖。"


@needs_fonts
@pytest.mark.clause("GB33358-5.6.1.3")
def test_from_check_to_receipt_on_the_page(busy: Hotline, desk: Desk, reader: Actor) -> None:
    officer, manager, number = desk(busy.statistician), desk(busy.manager), drafted(busy)
    page = f"{HERE}{number}"
    added = manager.post(
        f"{HERE}recipients/",
        {
            "name": "市交通运输局",
            "channel": "in_app",
            "unit": busy.roads_unit.id,
            "kinds": ["week", "month"],
            "body": busy.center.id,
        },
    )
    assert added.status_code == 303
    assert officer.post(f"{page}/do/check", {"client_id": "c"}).status_code == 303
    refused = officer.post(f"{page}/do/release")
    assert refused.status_code == 409
    past_order(busy, MONDAY)
    differs = manager.post(f"{page}/do/release")
    assert differs.status_code == 409 and "与工单不一致" in differs.content.decode()
    back = manager.post(f"{page}/do/return", {"reason": "数字不符"})
    assert back.status_code == 303 and "数字不符" in officer.get(page).content.decode()
    assert officer.post(f"{page}/do/recount").status_code == 303
    assert officer.post(f"{page}/do/check").status_code == 409
    assert "数字正在统计" in officer.get(page).content.decode()
    as_if_committed()
    catch_up()
    assert officer.post(f"{page}/do/check").status_code == 303
    assert manager.post(f"{page}/do/release").status_code == 303
    recipient = ReportRecipient.objects.get()
    shown = officer.get(page).content.decode()
    assert f'value="{recipient.id}" checked' in shown
    assert officer.post(f"{page}/do/send", {"recipients": [recipient.id]}).status_code == 303
    at_the_roads = desk(reader)
    assert number in at_the_roads.get(HERE).content.decode()
    assert "请阅后签收" in at_the_roads.get(page).content.decode()
    assert at_the_roads.post(f"{page}/do/acknowledge").status_code == 303
    assert "沙主任" in officer.get(page).content.decode()
    assert Report.objects.get().state == "acknowledged"
    line = ReportSending.objects.get()
    assert officer.post(f"{page}/do/register_receipt", {"sending": str(line.id), "by": "甲"}).status_code == 409


@needs_fonts
def test_both_files_are_downloaded_under_the_name_of_the_report(busy: Hotline, desk: Desk) -> None:
    client, number = desk(busy.manager), drafted(busy)
    pdf = client.get(f"{HERE}{number}/file.pdf")
    assert pdf["Content-Type"] == "application/pdf" and "草稿" in pdf_text(pdf.content)
    word = client.get(f"{HERE}{number}/file.docx")
    assert word["Content-Disposition"].startswith("attachment")
    assert docx.Document(BytesIO(word.content)).tables
    assert client.get(f"{HERE}{number}/file.exe").status_code == 404


def test_without_fonts_the_page_says_what_to_do_and_hides_the_files(
    busy: Hotline, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, number = desk(busy.manager), drafted(busy)
    monkeypatch.setattr(fonts, "FOLDER", fonts.FOLDER / "nowhere")
    page = client.get(f"{HERE}{number}").content.decode()
    assert "make frontend" in page and "file.pdf" not in page


@pytest.mark.clause("GB33358-5.6.2.2")
def test_a_figure_opens_to_its_meaning_filter_and_orders(busy: Hotline, desk: Desk, reader: Actor) -> None:
    client, number = desk(busy.statistician), drafted(busy)
    page = client.get(f"{HERE}{number}/figure/direct?of=whole").content.decode()
    assert (
        "热线工单" in page
        and "orders." not in page
        and "话务员当场答复" in page
        and page.count("/desk/orders/GDT") == 6
    )
    assert "话务统计" in client.get(f"{HERE}{number}/figure/connection").content.decode()
    for wrong in (
        "nothing",
        "unit:given:x",
        "received:kind",
        "received:secret:1",
        "received:category:９",
        "received:weekday:abc",
    ):
        assert client.get(f"{HERE}{number}/figure/{wrong}").status_code in (200, 404), wrong
    assert client.get(f"{HERE}{number}/figure/received?after=nonsense").status_code == 422


def test_bad_input_is_never_an_error_of_ours(busy: Hotline, desk: Desk) -> None:
    client, number = desk(busy.statistician), drafted(busy)
    page = f"{HERE}{number}"
    for action, given in (
        ("assign", {"staff": "x"}), ("send", {"recipients": ["x"]}), ("register_receipt", {"sending": "x", "by": ""}),
        ("cancel", {"reason": ""}), ("unknown", {}), ("return", {"reason": "r"}), ("acknowledge", {}),
    ):  # fmt: skip
        assert client.post(f"{page}/do/{action}", given).status_code in (404, 409, 422), action
    assert client.get(f"{HERE}BG000").status_code == 404
    assert client.get(f"{HERE}?after=x").status_code == 422
    assert client.post(f"{HERE}recipients/", {"name": "", "channel": "?"}).status_code == 422
    assert client.post(f"{HERE}recipients/999999/end").status_code == 404


def test_the_list_asks_the_database_as_often_for_many_as_for_one(busy: Hotline, desk: Desk) -> None:
    client = desk(busy.statistician)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(HERE).status_code == 200
        return len(seen)

    drafted(busy)
    asked()
    few = asked()
    for day in range(9, 16):
        drafted(busy, "day", date(2026, 11, day))
    assert asked() == few


def test_every_duty_may_do_only_what_it_is_for(busy: Hotline, desk: Desk) -> None:
    number = drafted(busy)
    for duty in ("hotline_agent", "hotline_manager", "statistics_officer", "archivist", "undertaker"):
        assert duty in DUTIES
        actor = hotline_staff(f"r_{duty}", f"某{duty[:2]}", "hl", duty, work_number=f"9{len(duty)}")
        client = desk(actor)
        sees = duty in PERMISSIONS["reports.view"]
        assert (client.get(f"{HERE}{number}").status_code == 200) is sees
        assert client.get(HERE).status_code == 200
        assert (client.get(f"{HERE}new").status_code == 200) is (duty in PERMISSIONS["reports.prepare"])
        arranges = duty in PERMISSIONS["reports.prepare"] | PERMISSIONS["reports.release"]
        assert (client.get(f"{HERE}recipients/").status_code == 200) is arranges


def test_nobody_without_a_session_sees_anything(busy: Hotline, client: object) -> None:
    drafted(busy)
    for pattern in urlpatterns:
        address = "/" + str(pattern.pattern).replace("<str:number>", "BG1").replace("<str:action>", "check")
        address = (
            address.replace("<str:source>", "received").replace("<str:form>", "pdf").replace("<int:recipient>", "1")
        )
        asked = (
            client.post(address) if "do/" in address or "end" in address or "write" in address else client.get(address)
        )  # type: ignore[attr-defined]
        assert asked.status_code in (302, 303) and "signin" in asked["Location"], address


def test_a_period_that_has_its_report_leads_to_it(busy: Hotline, desk: Desk) -> None:
    client, number = desk(busy.statistician), drafted(busy)
    form = {"form": "routine", "body": busy.center.id, "period": "week", "day": "2026-11-10"}
    told = client.post(f"{HERE}new", form)
    assert told.status_code == 409 and f'href="{HERE}{number}"' in told.content.decode()


def test_whoever_has_nothing_to_read_is_not_told_that_there_is_nothing(
    busy: Hotline, desk: Desk, reader: Actor
) -> None:
    drafted(busy)
    assert "您这里没有可看的报告" in desk(reader).get(HERE).content.decode()


@pytest.mark.clause("GB33358-5.6.1.3")
def test_a_recipient_of_the_same_name_is_replaced_only_when_that_is_ticked(line: Hotline, desk: Desk) -> None:
    client = desk(line.manager)
    form = {
        "name": "办公室", "channel": "email", "address": "a@gz.gov.cn", "kinds": ["week"], "body": line.center.id,
    }  # fmt: skip
    assert client.post(f"{HERE}recipients/", form).status_code == 303
    again = client.post(f"{HERE}recipients/", {**form, "address": "b@gz.gov.cn"})
    known = ReportRecipient.objects.get()
    assert again.status_code == 422 and known.address == "a@gz.gov.cn"
    assert f'name="replaces" value="{known.id}"' in again.content.decode()
    assert "data-chooser" in again.content.decode()
    done = client.post(f"{HERE}recipients/", {**form, "address": "b@gz.gov.cn", "replaces": known.id})
    assert done.status_code == 303
    assert ReportRecipient.objects.get(active=True).address == "b@gz.gov.cn"
