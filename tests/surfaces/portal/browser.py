"""A browser without scripts: it follows forms as a citizen would."""

from __future__ import annotations

import html
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

from bangban.services.cases.models import Case

PAGE = {"HTTP_ACCEPT": "text/html,application/xhtml+xml"}
SCRIPT = {"HTTP_ACCEPT": "application/json, text/html;q=0.9"}
NEED = "公司上个月辞退了我，失业金怎么领？"


class Browser(Client):
    """Django's test client with the forms of the portal."""

    def open(self, address: str) -> str:
        """Return the text of a page that must be there."""
        answer = self.get(address, **PAGE)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        return answer.content.decode()

    def form_id(self, address: str = "/cases/new") -> str:
        """Return the id that the server put into the registration form."""
        found = re.search(r'name="form_id" value="([^"]+)"', self.open(address))
        assert found
        return found[1]

    def register(self, *, form_id: str = "", **changes: Any) -> HttpResponse:
        """Send the registration form."""
        form = {
            "question": NEED,
            "phone": "13900000001",
            "name": "李明",
            "user_kind": "natural_person",
            "service": "consult",
            "notice": "1",
        }
        return self.send("/cases/new", **{**form, "form_id": form_id or self.form_id(), **changes})

    def case(self, **changes: Any) -> Case:
        """Register and return the case."""
        answer = self.register(**changes)
        assert answer.status_code == 303, answer.content.decode()[:2000]
        return Case.objects.get(number=answer["Location"].rsplit("/", 1)[1])

    def code_of(self, number: str) -> str:
        """Return the code that the case page shows once."""
        found = re.search(r"查询码</dt><dd class=\"num\">([^<]+)<", self.open(f"/cases/{number}/progress"))
        assert found
        return html.unescape(found[1])

    def send(self, address: str, **fields: Any) -> HttpResponse:
        """Post a form as a page."""
        return self.post(address, fields, **PAGE)  # type: ignore[return-value]

    def script(self, address: str, **fields: Any) -> HttpResponse:
        """Post as one of our scripts."""
        return self.post(address, fields, **SCRIPT)  # type: ignore[return-value]
