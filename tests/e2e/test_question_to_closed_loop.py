"""The whole story in browsers: from a question on a phone to a closed loop, with three desks and a phone at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.e2e.people import ADVISER, GUIDE, MANAGER, SPECIALIST, Desk, Someone, choose, register

QUESTION = "养老保险关系怎么转到广州"
ITEM = "城镇职工基本养老保险关系转移接续申请"
NEED = "张三，已在广州参保，要把成都的职工养老保险关系转到广州"
ADVICE = "在原参保地没有欠费就可以直接在新参保地申请，不用先开缴费凭证。"
OPINION = "材料和表单核对无误，请在广东政务服务网提交申请，15个工作日内办结。"


@dataclass
class Play:
    """Who is on stage, and the number of the case."""

    citizen: Someone
    guide: Desk
    specialist: Desk
    adviser: Desk
    number: str = ""


@pytest.mark.clause(
    "T637-8.2-b", "T637-8.3-b", "T637-8.3.1-a", "T637-8.3.2-a", "T637-8.3.2-b", "T637-8.4", "T637-8.5-a", "T637-8.5-c"
)
def test_a_question_on_the_phone_becomes_a_closed_loop(
    people: Callable[..., Someone], desk: Callable[[str, str], Desk]
) -> None:
    play = Play(people(), desk("guide", GUIDE), desk("specialist", SPECIALIST), desk("adviser", ADVISER))
    ask_and_register(play)
    claim_and_sort(play)
    consult(play)
    guide_through_the_form(play)
    check_and_close(play)
    rate_and_go_round(play)
    manager = desk("manager", MANAGER)
    manager.go("/desk/statistics")
    expect(manager.page.locator(".stat", has_text="结案率")).to_contain_text(re.compile(r"\d+\s*%"))
    expect(manager.page.locator(".stat", has_text="闭环率")).to_contain_text(re.compile(r"[1-9]\d*(\.\d+)?\s*%"))
    manager.picture("statistics", full=True)


def ask_and_register(play: Play) -> None:
    """(a) Ask in own words, follow up in context, ask for a person, register."""
    who, page = play.citizen, play.citizen.page
    who.go("/")
    who.picture("home")
    page.get_by_placeholder("用一句话说出您要办的事").first.fill(QUESTION)
    who.press("提问")
    who.sees("来源：")
    page.get_by_placeholder("请输入您的问题").fill("那要带什么材料")
    page.locator("#ask .composer__send").click()
    expect(page.locator(".line--assistant")).to_have_count(2)
    expect(page.locator(".line--assistant").last).to_contain_text("个人委托书")
    expect(page.locator(".line--assistant").last).to_contain_text("来源")
    expect(page.locator(".line--pending")).to_have_count(0)
    expect(who.line("那要带什么材料")).to_have_count(1)
    who.picture("follow-up")
    page.get_by_placeholder("请输入您的问题").fill("我要转人工")
    page.locator("#ask .composer__send").click()
    who.press("登记并转人工")
    expect(page.get_by_label("您要办什么")).to_have_value(QUESTION)
    who.picture("register", full=True)
    play.number, code = register(who)
    assert re.fullmatch(r"ZX\d{14}", play.number)
    assert len(code.replace("-", "")) == 16
    who.sees("等待人工受理")
    who.picture("registered")


def claim_and_sort(play: Play) -> None:
    """(b) The case appears at the desk; the guide claims, talks, sorts, picks the item and assigns."""
    guide, who = play.guide, play.citizen
    guide.picture("new-case")
    guide.take_up(play.number)
    guide.hears("那要带什么材料")
    guide.action("受理")
    who.sees("王慧敏（广州市政务服务中心）已受理")
    guide.says("您好，我是引导专员王慧敏。请问原来在哪里参保？")
    who.hears("请问原来在哪里参保")
    who.says("原来在成都，今年三月到广州上班")
    guide.hears("今年三月到广州上班")
    who.picture("talk")
    who.stands_still()
    guide.stands_still()
    form = guide.action("整理需求")
    form.get_by_label("需求摘要").fill(NEED)
    form.get_by_text(ITEM).first.click()
    form.get_by_text("本级", exact=True).click()
    form.get_by_text("复杂", exact=True).click()
    form.get_by_label("问题类型").select_option(label="程序")
    guide.picture("sort")
    guide.submit(form, "整理需求")
    expect(guide.page.locator("#casetop")).to_contain_text(NEED)
    form = guide.action("分派")
    choose(form, "接收人", "唐颖仪")
    guide.submit(form, "分派")
    expect(guide.page.locator(".offers")).to_contain_text("等待")
    guide.picture("assigned")


def consult(play: Play) -> None:
    """(c) The specialist accepts, quotes a standard answer, asks the adviser, who answers inside the case."""
    specialist, adviser, who = play.specialist, play.adviser, play.citizen
    expect(specialist.page.get_by_role("link", name="待我接收")).to_contain_text(re.compile(r"\d"))
    specialist.take_up(play.number, box="待我接收")
    specialist.picture("offer")
    specialist.action("接收")
    who.sees("唐颖仪（广州市政务服务中心）正在为您解答")
    quotes = who.page.locator("figure.quote")
    before = quotes.count()
    specialist.page.locator("#found").get_by_role("button", name="插入").first.click()
    specialist.page.locator("#say .composer__send").click()
    expect(quotes).to_have_count(before + 1)
    expect(quotes.last).to_contain_text("来源：")
    form = specialist.action("请专业顾问")
    form.get_by_label("请教的问题").fill("原参保地没有欠费，还要先开缴费凭证吗？")
    choose(form, "顾问", "石永康")
    specialist.submit(form, "请专业顾问")
    adviser.take_up(play.number)
    adviser.picture("asked")
    form = adviser.action("顾问答复")
    form.get_by_label("专业意见").fill(ADVICE)
    adviser.submit(form, "顾问答复")
    expect(who.hears(ADVICE)).to_contain_text("专业顾问")
    expect(specialist.hears(ADVICE)).to_contain_text("石永康")
    who.picture("advice")


def guide_through_the_form(play: Play) -> None:
    """(d) Guidance with consent: entry, personal list, draft form."""
    specialist, who = play.specialist, play.citizen
    specialist.submit(specialist.action("征求转导办"), "征求转导办")
    who.page.get_by_role("button", name="同意", exact=True).click()
    who.sees("已同意")
    expect(specialist.page.locator("#casetop")).to_contain_text("导办中")
    specialist.helper("导办帮办")
    specialist.press("发送申请入口")
    who.sees("申请入口")
    specialist.picture("guidance")
    who.press("材料清单和申请表")
    panel = who.page.locator("#guidance")
    expect(panel.get_by_role("link", name="进入网上申报")).to_be_visible()
    panel.get_by_label("本人办理").check()
    who.press("列出我的材料")
    expect(panel.locator("#guidance-materials")).to_contain_text("已备")
    expect(panel.locator("#guidance-materials")).not_to_contain_text("个人委托书")
    expect(specialist.page.locator("#guidance-materials")).to_contain_text("本人办理")
    who.press("开始填写")
    expect(panel.locator("#guidance-form form").first).to_be_visible()
    who.picture("guidance", full=True)
    panel.get_by_label("身份证号码").fill("11010519491231002X")
    panel.get_by_label("联系地址").fill("广州市越秀区解放北路 1 号 101 房")
    panel.get_by_label("符合", exact=True).check()
    expect(panel.locator("[id^=field-]", has_text="联系地址")).to_contain_text("已保存")
    expect(specialist.page.locator("#guidance-form")).to_contain_text("002X")
    expect(specialist.page.locator("#guidance-form")).not_to_contain_text("11010519491231002X")
    while (left := panel.get_by_role("button", name="已备好", exact=True)).count():
        before = left.count()
        left.first.click()
        expect(left).to_have_count(before - 1)
    who.press("提交核对")
    expect(panel).to_contain_text("已提交，专员正在核对")
    who.picture("submitted", full=True)


def check_and_close(play: Play) -> None:
    """(d) Assistance with consent: two lists on the draft, and closing with a delivered opinion."""
    specialist, who = play.specialist, play.citizen
    specialist.submit(specialist.action("征求转帮办"), "征求转帮办")
    who.press("返回这件事")
    who.page.get_by_role("button", name="同意", exact=True).click()
    expect(specialist.page.locator("#casetop")).to_contain_text("帮办中")
    checks = specialist.page.locator("#guidance-checks")
    specialist.press("开始核对")
    rest = checks.get_by_role("button", name="其余按自动结果确认")
    expect(rest).to_have_count(2)
    expect(checks.get_by_role("heading", name="第1轮")).to_have_count(2)
    specialist.picture("checks")
    while before := rest.count():
        rest.first.click()
        expect(rest).to_have_count(before - 1)
    checks.get_by_role("button", name="结束核对").click()
    expect(checks.get_by_role("button", name="结束核对")).to_have_count(0)
    specialist.picture("checked")
    expect(specialist.page.locator("#guidance-form")).to_contain_text("核对通过")
    form = specialist.action("结案")
    form.get_by_label("处置意见").fill(OPINION)
    specialist.picture("close")
    specialist.submit(form, "结案")
    expect(who.hears(OPINION)).to_be_visible()
    who.sees("已结案")
    who.picture("closed")


def rate_and_go_round(play: Play) -> None:
    """(e) One rating with five grades; not yet done opens a new round; obtained closes the loop."""
    specialist, who = play.specialist, play.citizen
    who.press("评价本次服务")
    grades = who.page.locator(".rating__grade")
    expect(grades).to_have_count(5)
    expect(who.page.locator(".rating__in:checked")).to_have_count(0)
    grades.first.click()
    who.page.locator(".chip:visible").first.click()
    who.picture("rating", full=True)
    who.press("提交评价")
    who.sees("评价已收到")
    who.go(f"/rate/{play.number}")
    who.sees("您已经评价过")
    expect(who.page.get_by_role("button", name="提交评价")).to_have_count(0)
    who.press("返回办件")
    result(who, "还需完善", "还差一份成都的参保凭证")
    who.sees("等待人工受理")
    specialist.take_up(play.number, box="待我接收")
    specialist.picture("second-round")
    specialist.hears("还差一份成都的参保凭证")
    specialist.action("接收" if specialist.page.locator("#casetop").get_by_text("接收", exact=True).count() else "受理")
    form = specialist.action("结案")
    form.get_by_label("处置意见").fill("凭证已由成都社保线上传来，可以提交。")
    specialist.submit(form, "结案")
    who.hears("凭证已由成都社保线上传来")
    result(who, "已取得办理结果")
    who.sees("已闭环")
    who.picture("closed-loop", full=True)
    expect(specialist.page.locator("#casetop")).to_contain_text("已闭环")
    specialist.picture("closed-loop")


def result(who: Someone, label: str, words: str = "") -> None:
    """Tell the result of the matter on the progress page."""
    who.press("告诉我们结果")
    who.page.get_by_label(label).check()
    if words:
        who.page.get_by_label("还差什么").fill(words)
    who.picture("result")
    who.page.locator("#result").get_by_role("button", name="确认").click()
