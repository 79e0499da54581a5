"""Walking through the premises of a hotline at the desk."""

from __future__ import annotations

import pytest

from bangban.oversight.patrols.defaults import SITE, install_checklist
from bangban.oversight.patrols.models import Patrol
from tests.hotline import Hotline, make_hotline
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(db: None) -> Hotline:
    """A hotline with the checklists of a new installation."""
    install_checklist()
    return make_hotline()


@pytest.mark.clause("GB33358-4.2.1")
def test_a_manager_walks_the_premises_by_buttons_and_what_was_typed_stays(line: Hotline, desk: Desk) -> None:
    client = desk(line.manager)
    assert "巡查场所" in client.get("/desk/patrols/").content.decode()
    begun = client.post("/desk/patrols/start", {"kind": "site", "client_id": "a"})
    number = Patrol.objects.get().number
    assert begun.headers["Location"].endswith(number)
    page = client.get(f"/desk/patrols/{number}").content.decode()
    for words in ("显著位置有政府热线标识", "温湿度", "照明", "GB33358-4.2.3-a", "其余都合格，保存"):
        assert words in page, words
    given = {f"n-{code}": "" for code, *_ in SITE} | {"window": "三楼", "n-site_climate": "24℃"}
    refused = client.post(f"/desk/patrols/{number}/site", given | {"v-site_sign": "fail", "v-site_climate": "pass"})
    shown = refused.content.decode()
    assert refused.status_code == 422 and "不合格请写明情况" in shown
    assert 'value="24℃"' in shown and 'value="三楼"' in shown
    kept = client.post(
        f"/desk/patrols/{number}/site", given | {"v-site_sign": "fail", "n-site_sign": "标识被遮挡", "do": "pass"}
    )
    assert kept.status_code == 303
    assert client.post(f"/desk/patrols/{number}/finish", {"summary": "已整改"}).status_code == 303
    page = client.get(f"/desk/patrols/{number}").content.decode()
    assert "标识被遮挡" in page and "24℃" in page and "已整改" in page
    assert "场所上次巡查" in client.get("/desk/patrols/").content.decode()
