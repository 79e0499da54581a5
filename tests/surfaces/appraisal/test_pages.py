"""Appraisal, quality checks, self-evaluation and plans at the desk: every page, every button, refusals that keep the text."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.access.duties import DUTIES, PERMISSIONS
from bangban.foundation.clocks.moment import now
from bangban.foundation.jobs.following import catch_up
from bangban.oversight.appraisal import actions
from bangban.oversight.appraisal.models import Appraisal, Check, Objection, Plan, Sampling, Scheme, Survey
from bangban.registry.org import actions as org
from bangban.registry.org.reads import actor_of
from bangban.surfaces.appraisal.urls import urlpatterns
from tests.hotline import Hotline, registered_order
from tests.oversight.appraisal.months import FIRST, LAST, drafted, judged, next_month
from tests.oversight.appraisal.test_improving import new_year
from tests.oversight.appraisal.test_surveys import FILE
from tests.services.hotline.ways import as_if_committed
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db


def post(client: Client, name: str, *args: object, status: int = 303, **given: Any) -> str:
    answer = client.post(reverse(f"appraisal:{name}", args=args), {"client_id": uuid4().hex, **given})
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(f"appraisal:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.clause("GB33358-6.1")
@pytest.mark.clause("GB33358-6.2")
def test_from_the_draft_to_the_published_ranking_by_buttons(line: Hotline, desk: Desk) -> None:
    judged(line, grades=4)
    number = drafted(line).number
    manager, unit = desk(line.manager), desk(line.builder)
    assert "2026年11月承办考核" in page(manager, "desk")
    assert "还没有考核" in page(unit, "desk")
    shown = page(manager, "appraisal", number)
    for words in (
        "服务态度",
        "工作效率",
        "办理过程",
        "办理结果",
        "响应率",
        "解决率",
        "满意率",
        "评价 1 · 办结 1",
        "江话务",
        "重新统计",
    ):
        assert words in shown, words
    post(manager, "do", number, "recount")
    actions.count_asked(number)
    post(manager, "do", number, "consult")
    assert "江话务" not in page(unit, "appraisal", number)
    assert "请填写异议理由" in post(unit, "do", number, "object", status=422, reason=" ")
    post(unit, "do", number, "object", reason="有一件不属于本单位")
    made = Objection.objects.get()
    assert "1 条异议待答复" in page(manager, "desk")
    kept = post(
        manager,
        "do",
        number,
        "answer",
        status=422,
        objection=made.id,
        accepted="yes",
        answer="属实",
        code="solved",
        part="x",
        whole="1",
    )
    assert "属实</textarea>" in kept and "请填写数字" in kept
    post(
        manager,
        "do",
        number,
        "answer",
        objection=made.id,
        accepted="yes",
        answer="属实",
        code="solved",
        part="0",
        whole="1",
    )
    assert "采纳" in page(unit, "appraisal", number)
    assert "还没有结束" in post(manager, "do", number, "approve", status=409)
    next_month(day=20)
    manager = desk(line.manager)
    post(manager, "do", number, "approve")
    assert "请填写公布范围" in post(manager, "do", number, "publish", status=422)
    post(manager, "do", number, "publish", circle="public")
    for reader in (line.outsider, line.agent, line.builder):
        assert line.building_unit.name in page(desk(reader), "appraisal", number)
    assert Appraisal.objects.get(number=number).state == "published"


def test_a_draft_by_hand_and_what_is_wrong_with_it(line: Hotline, desk: Desk) -> None:
    judged(line)
    next_month()
    client = desk(line.manager)
    assert "请选择日期" in post(client, "draft", status=422, period="month", day="yesterday")
    assert "还没有结束" in post(client, "draft", status=422, period="month", day="2026-12-01")
    assert "不需要考核" in post(client, "draft", status=422, period="month", day="2026-01-05")
    post(client, "draft", period="month", day="2026-11-05")
    number = Appraisal.objects.get().number
    waiting = page(client, "appraisal", number)
    assert "数字正在统计" in waiting and 'hx-trigger="every 2s"' in waiting and "征求承办单位意见" not in waiting
    assert "统计中" in page(client, "desk")
    as_if_committed()
    catch_up()
    shown = page(client, "appraisal", number)
    assert "every 2s" not in shown and line.building_unit.name in shown and "征求承办单位意见" in shown
    post(client, "draft", period="month", day="2026-11-05")
    assert Appraisal.objects.count() == 1
    Appraisal.objects.update(state="failed", trouble="统计没有完成。请重新统计。")
    broken = page(client, "appraisal", number)
    assert "请重新统计" in broken and "没有统计成" in broken and "重新统计</" in broken


@pytest.mark.clause("GB33358-4.3.2-c")
@pytest.mark.clause("GB33358-4.3.2-e")
def test_an_inspector_scores_what_was_drawn(line: Hotline, desk: Desk) -> None:
    registered_order(line)
    registered_order(line)
    next_month()
    client = desk(line.inspector)
    assert "还没有质检样本" in page(client, "quality")
    assert "请选择日期" in post(client, "draw", status=422, first="", last="2026-11-30", per_agent="2")
    post(client, "draw", first="2026-11-01", last="2026-11-30", per_agent="2")
    sampling = Sampling.objects.get()
    first, second = Check.objects.order_by("id")
    assert "待评" in page(client, "sampling", sampling.number)
    shown = page(client, "check", sampling.number, first.id)
    assert "工地连续施工" in shown and "没有找到这件工单的录音" in shown
    assert "13900000012" not in shown
    kept = post(client, "check_do", sampling.number, first.id, "score", status=422, accuracy="5", note="用语规范")
    assert "用语规范</textarea>" in kept and "请为“规范用语”打1至5分" in kept
    marks: dict[str, Any] = {"accuracy": "5", "phrases": "4", "speed": "5", "attitude": "4"}
    post(client, "check_do", sampling.number, first.id, "score", **marks)
    post(client, "check_do", sampling.number, second.id, "set_aside", reason="录音缺失")
    done = page(client, "sampling", sampling.number)
    assert "90.0" in done and "不能评分" in done
    assert "得分 90" in page(client, "check", sampling.number, first.id)


@pytest.mark.clause("GB33358-7.1")
@pytest.mark.clause("GB33358-7.2")
@pytest.mark.clause("GB33358-7.3")
def test_from_the_sheet_over_the_review_to_a_plan_with_its_effect(line: Hotline, desk: Desk) -> None:
    judged(line, good=False)
    number = new_year(line).number
    client = desk(line.manager)
    assert "还没有计算" in page(client, "evaluation", period="month", day="2026-11-20")
    assert (
        client.post(reverse("appraisal:evaluation_count"), {"period": "month", "day": "2026-11-20"}).status_code == 303
    )
    waiting = page(client, "evaluation", period="month", day="2026-11-20")
    assert "正在计算" in waiting and 'hx-trigger="every 2s"' in waiting
    assert actions.count_sheets(now()) == 1
    counted = page(client, "evaluation", period="month", day="2026-11-20")
    assert "话务分钟统计" in counted and "every 2s" not in counted
    assert number in page(client, "evaluation", period="nonsense", day="never")
    assert "请先为它列出至少一项改进计划" in post(client, "review_hold", number, status=409, conclusion="满意率偏低")
    assert number in page(client, "plans", review=number)
    kept = post(client, "plan_open", status=422, title="提高满意率", owner="x", due_on="soon", indicator="result_good")
    assert 'value="提高满意率"' in kept and "请写明改进措施" in kept
    post(
        client,
        "plan_open",
        title="提高满意率",
        measures="每周分析",
        owner=line.visitor.staff_id,
        due_on="2027-02-01",
        indicator="result_good",
        review=number,
    )
    made = Plan.objects.get()
    owner = desk(line.visitor)
    post(owner, "plan_do", made.number, "report", text="分析了三周")
    post(owner, "plan_do", made.number, "finish", effect="略有提高")
    shown = page(client, "plan", made.number)
    assert "分析了三周" in shown and "略有提高" in shown and "0.00%" in shown
    post(client, "review_hold", number, conclusion="满意率偏低，已列计划")
    assert "满意率偏低，已列计划" in page(client, "review", number)


@pytest.mark.clause("GB33358-6.3")
def test_third_party_results_are_imported_with_a_report_of_what_was_refused(line: Hotline, desk: Desk) -> None:
    next_month()
    client = desk(line.manager)
    assert "请选择文件" in post(client, "survey_import", status=422, method="third_party", source="某大学")
    file = SimpleUploadedFile("结果.csv", FILE, "text/csv")
    post(client, "survey_import", method="third_party", source="某大学", file=file)
    shown = page(client, "surveys")
    assert "单位不存在" in shown and "媒体与第三方机构监督" in shown
    post(client, "survey_withdraw", Survey.objects.get().number, reason="导错了")
    assert "已撤回" in page(client, "surveys")


def test_weights_and_targets_are_set_with_their_ground(line: Hotline, desk: Desk) -> None:
    client = desk(line.manager)
    rates: dict[str, Any] = {"w.responded": "30", "w.solved": "30", "w.satisfied": "40", "reason": "文件"}
    tree: dict[str, Any] = {"w.result_good": "100", "t.result_good": "85", "g.result_good": "效果", "reason": "文件"}
    routine = {"period": "quarter", "objection_days": "5", "review_months": "6", "per_agent": "3", "reason": "文件"}
    kept = post(client, "settings_save", "unit", status=422, **{**rates, "w.responded": "50"})
    assert 'value="50"' in kept and "相加应等于100" in kept
    for subject, given in (("unit", rates), ("self", tree), ("routine", routine)):
        post(client, "settings_save", subject, **given)
    for name, wrong in (
        ("period", "week"),
        ("objection_days", ""),
        ("review_months", "5"),
        ("per_agent", "x"),
        ("reason", ""),
    ):
        post(client, "settings_save", "routine", status=422, **{**routine, name: wrong})
    assert Scheme.objects.count() == 3
    assert 'value="85"' in page(client, "settings")


@pytest.mark.clause("GB33358-4.1.1")
@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_each_duty_opens_its_pages_and_no_others(line: Hotline, desk: Desk, duty: str) -> None:
    judged(line)
    record = drafted(line)
    sampling = actions.draw(SYSTEM, line.center.id, FIRST, LAST, 2)
    client = desk(actor_of(org.save_staff(org.NewStaff("walker", "走访", "hl", (duty,))).account))
    holds = {name for name, duties in PERMISSIONS.items() if duty in duties}
    manage = {
        "draft",
        "evaluation_count",
        "review_open",
        "review_hold",
        "plan_open",
        "surveys",
        "survey_import",
        "survey_withdraw",
        "settings",
        "settings_save",
    }
    quality = {"quality", "draw", "sampling", "check"}
    posts = {
        "draft",
        "draw",
        "check_do",
        "evaluation_count",
        "review_open",
        "review_hold",
        "plan_open",
        "plan_do",
        "survey_import",
        "survey_withdraw",
        "settings_save",
        "do",
    }
    for pattern in urlpatterns:
        name, path = str(pattern.name), "/" + str(pattern.pattern)
        number = sampling.number if "quality" in path else record.number
        for hole, text in (("number", number), ("check", str(uuid4())), ("action", "none"), ("subject", "none")):
            path = path.replace(f"<str:{hole}>", text)
        status = (client.post if name in posts else client.get)(path).status_code
        doors = {"appraisal.view"}
        if name in manage:
            doors = {"appraisal.manage"}
        elif name in quality:
            doors = {"appraisal.manage", "quality.score"}
        elif name == "check_do":
            doors = {"quality.score"}
        assert status < 500 and (status != 403) is bool(holds & doors), (duty, name, status)


def test_nonsense_addresses_are_answered_with_a_page(line: Hotline, desk: Desk) -> None:
    client = desk(line.manager)
    for name, args in (("appraisal", ["KH1"]), ("plan", ["x"]), ("review", ["x"]), ("sampling", ["x"])):
        assert client.get(reverse(f"appraisal:{name}", args=args)).status_code == 404
    for name in ("desk", "plans"):
        assert client.get(reverse(f"appraisal:{name}"), {"after": "x"}).status_code == 422
