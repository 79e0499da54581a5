"""Files of a talk: typed by content, refused in words, handed out only to whoever may see the case."""

from __future__ import annotations

import io

from django.core.files.uploadedfile import SimpleUploadedFile

from bangban.services.cases import actions
from bangban.services.cases.models import Case
from bangban.services.conversation.files import store_upload
from bangban.services.conversation.models import Attachment, Kind
from tests.cast import Cast
from tests.surfaces.portal.browser import PAGE, Browser

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def sent(browser: Browser, case: Case, content: bytes = PNG, name: str = "证明.png", **more: str) -> int:
    return browser.send(f"/cases/{case.number}/files", file=SimpleUploadedFile(name, content), **more).status_code


def test_a_picture_appears_in_the_talk_and_can_be_taken_home(city: Cast, browser: Browser) -> None:
    case = browser.case()
    assert sent(browser, case) == 303
    file = Attachment.objects.get()
    assert f"/files/{file.id}" in browser.open(f"/cases/{case.number}")
    answer = browser.get(f"/files/{file.id}", **PAGE)
    assert b"".join(answer.streaming_content) == PNG  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_the_same_upload_sent_twice_is_one_message(city: Cast, browser: Browser) -> None:
    case = browser.case()
    for _ in range(2):
        sent(browser, case, client_id="u-1")
    assert Attachment.objects.count() == 1


def test_a_program_in_the_clothes_of_a_picture_is_refused_in_words(city: Cast, browser: Browser) -> None:
    case = browser.case()
    answer = browser.send(f"/cases/{case.number}/files", file=SimpleUploadedFile("照片.png", b"MZ\x00\x01\x02program"))
    assert answer.status_code == 422
    assert "不支持这种文件" in answer.content.decode()
    assert Attachment.objects.count() == 0


def test_a_page_with_script_is_no_text_file(city: Cast, browser: Browser) -> None:
    case = browser.case()
    assert sent(browser, case, b"<html><script>alert(1)</script>", "说明.txt") == 422


def test_no_file_at_all_is_told(city: Cast, browser: Browser) -> None:
    case = browser.case()
    answer = browser.send(f"/cases/{case.number}/files")
    assert (answer.status_code, "请选择要发送的图片或文件" in answer.content.decode()) == (422, True)


def test_strangers_do_not_get_files(city: Cast, browser: Browser) -> None:
    case = browser.case()
    sent(browser, case)
    assert Browser().get(f"/files/{Attachment.objects.get().id}", **PAGE).status_code == 404


def test_a_file_in_an_inner_note_is_not_the_persons(city: Cast, browser: Browser) -> None:
    case = browser.case()
    actions.claim(city.guide, case.number)
    inner = store_upload(io.BytesIO(PNG), "内部.png", city.guide, case.id)
    actions.post_message(city.guide, case.number, "", kind=Kind.PICTURE, attachment=inner, internal=True)
    assert browser.get(f"/files/{inner.id}", **PAGE).status_code == 404
