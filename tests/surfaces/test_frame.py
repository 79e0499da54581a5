"""What no column can hold is refused on every page, before a view works with it."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/items/%00", "/cases/ZX%00", "/?q=%00", "/notices/%00/", "/desk/?after=%00"])
def test_a_nul_in_an_address_is_a_400(address: str) -> None:
    assert Client().get(address).status_code == 400


def test_a_nul_in_a_form_is_a_400() -> None:
    form = "application/x-www-form-urlencoded"
    assert Client().post("/ask", "text=a%00b", content_type=form).status_code == 400
