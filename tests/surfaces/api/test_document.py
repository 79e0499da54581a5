"""The OpenAPI document is what the server does, and what lies in docs/."""

from __future__ import annotations

import json
from pathlib import Path

from bangban.surfaces.api.openapi import document, text
from bangban.surfaces.api.routes import ROUTES
from tests.surfaces.api.caller import assert_problem, guest


def test_the_stored_document_is_the_generated_one(project_root: Path) -> None:
    stored = (project_root / "docs" / "openapi.json").read_text(encoding="utf-8")
    assert stored == text() + "\n", "run: python -m bangban.surfaces.api.openapi > docs/openapi.json"


def test_the_served_document_is_the_generated_one(db: None) -> None:
    answer = guest().get("/openapi.json")
    assert answer.body == json.loads(text())
    assert answer.body["openapi"] == "3.1.0"


def test_every_route_is_described_with_its_errors() -> None:
    paths = document()["paths"]
    for route in ROUTES:
        described = paths["/api/v1" + route.path][route.method.lower()]
        assert {"401", "403", "404", "405", "409", "413", "422", "429", "503", str(route.success)} <= set(
            described["responses"]
        )
        assert (route.body is not None) == ("requestBody" in described)


def test_every_reference_leads_somewhere() -> None:
    known = set(document()["components"]["schemas"])
    for part in text().split('"#/components/schemas/')[1:]:
        assert part.partition('"')[0] in known


def test_an_unknown_address_is_a_problem(db: None) -> None:
    for address in ("/nowhere", "/", "/cases/", "/cases/ZX1/nowhere"):
        assert_problem(guest().get(address), 404)
        assert_problem(guest().post(address, {}), 404)
