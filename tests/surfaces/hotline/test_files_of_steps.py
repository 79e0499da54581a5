"""Files on the page of a step, and what stands on top of an order."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bangban.services.hotline import actions as hotline
from bangban.services.hotline.models import Reply
from tests.hotline import ASKED, Hotline
from tests.services.hotline.ways import completed, dispatched, handled, later, load
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db


def test_a_file_of_a_refused_step_is_kept_and_goes_with_the_next_try(line: Hotline, desk: Desk) -> None:
    number = handled(line)
    unit = desk(line.builder)
    form = unit.get(reverse("hotline:form", args=[number, "reply"]), headers={"HX-Request": "true"}).content.decode()
    assert 'name="files"' in form and 'enctype="multipart/form-data"' in form
    assert 'value="mail"' not in form
    given = {"channel": "visit", "text": "已当面答复", "client_id": "a"}
    photo = SimpleUploadedFile("现场.jpg", b"\xff\xd8\xff\xe0 photo")
    refused = unit.post(reverse("hotline:do", args=[number, "reply"]), {**given, "text": "", "files": photo})
    page = refused.content.decode()
    assert refused.status_code == 422 and "已上传：现场.jpg" in page
    kept = page.split('name="waiting_file" value="')[1].split('"')[0]
    again = unit.post(reverse("hotline:do", args=[number, "reply"]), {**given, "client_id": "b", "waiting_file": kept})
    assert again.status_code in (200, 303)
    reply = Reply.objects.get(order__number=number)
    assert str(reply.attachment) == kept
    shown = desk(line.manager).get(reverse("hotline:order", args=[number])).content.decode()
    assert "现场.jpg" in shown
    assert unit.get(reverse("hotline:file", args=[kept])).status_code == 200
    assert desk(line.roads).get(reverse("hotline:file", args=[kept])).status_code == 404


def test_whoever_acts_next_reads_first_why_an_order_came_back(line: Hotline, desk: Desk) -> None:
    number = dispatched(line)
    hotline.return_order(line.builder, number, "不是本局职责", line.roads_unit.id)
    page = (
        desk(line.manager).get(reverse("hotline:top", args=[number]), headers={"HX-Request": "true"}).content.decode()
    )
    assert "不是本局职责" in page and "建议承办单位：广州市交通运输局" in page
    second = completed(line)
    later(days=1)
    hotline.visit(line.visitor, second, False, False, reasons=["办得太慢"], text="又开始施工", **ASKED)
    hotline.redo(line.visitor, second, "请再次查处", 3)
    top = desk(line.builder).get(reverse("hotline:top", args=[second]), headers={"HX-Request": "true"}).content.decode()
    assert "又开始施工" in top and "请再次查处" in top


@pytest.mark.clause("GB33358-5.1.2.6")
def test_a_secret_caller_is_called_secret_and_not_absent(line: Hotline, desk: Desk) -> None:
    number = handled(line, confidential="yes")
    assert load(number).confidential
    page = (
        desk(line.builder).get(reverse("hotline:parts", args=[number]), headers={"HX-Request": "true"}).content.decode()
    )
    assert "已保密（通过平台联系）" in page
