"""The OpenAPI 3.1 document, made from the route list and the typed bodies."""

from __future__ import annotations

import os
import re
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
from django.http import HttpRequest, HttpResponse

from bangban.surfaces.api.bodies import Problem
from bangban.surfaces.api.limits import ANONYMOUS_PER_MINUTE

if TYPE_CHECKING:
    from bangban.surfaces.api.endpoint import Route

ERRORS = {
    400: "The body is not JSON",
    401: "The token is missing or refused",
    403: "The token's scope does not cover this",
    404: "Not found, or not yours",
    405: "This path knows other methods; see Allow",
    409: "Not allowed now; `state` and `allowed_actions` tell what is",
    413: "The body is larger than a megabyte",
    422: "Something is missing or wrong; `fields` names it",
    429: "Too often; see Retry-After",
    503: "The database is away for a moment, or too many wait; see Retry-After",
}

ABOUT = f"""Consultation, guidance and assistance.

Without a token an address may call {ANONYMOUS_PER_MINUTE} times a minute, a machine of a hall as often with its key; a
token has its own rate (6,000 unless set otherwise). A gateway that speaks for many people needs a token. Beyond the rate: 429
with Retry-After. Boards and pages follow `GET /live/?topics=TOPIC` (server-sent events) with the `seq` of what they read as
Last-Event-ID; the events are hints, the content is read again."""


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """Return the whole document."""
    from bangban.surfaces.api.routes import ROUTES

    types = [t for route in ROUTES for t in (route.body, route.answer) if t not in (None, dict)]
    _, components = msgspec.json.schema_components([*types, Problem], ref_template="#/components/schemas/{name}")
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault("/api/v1" + route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bangban 帮办 API", "version": "1", "description": ABOUT},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "caseToken": {"type": "apiKey", "in": "header", "name": "X-Case-Token"},
                "deviceKey": {"type": "apiKey", "in": "header", "name": "X-Device-Key"},
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    parameters += [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}} for name in route.query
    ]
    if route.repeatable:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "schema": {"type": "string", "maxLength": 200},
            }
        )
    found: dict[str, Any] = {
        "summary": route.summary,
        "operationId": f"{route.method.lower()}{re.sub(r'[^a-z]+', '_', route.path)}",
        "parameters": parameters,
        "security": [{"bearer": []}] if route.staff else [{"bearer": []}, {"caseToken": []}, {"deviceKey": []}, {}],
        "responses": {
            str(route.success): {
                "description": route.summary,
                "content": {"application/json": {"schema": _schema(route.answer)}},
            },
            **{str(status): _problem(text) for status, text in ERRORS.items()},
        },
    }
    if route.body is not None:
        content = {"application/json": {"schema": _schema(route.body)}}
        found["requestBody"] = {"required": not route.bodiless, "content": content}
    return found


def _schema(kind: type[Any] | None) -> dict[str, Any]:
    return {"type": "object"} if kind in (None, dict) else {"$ref": f"#/components/schemas/{kind.__name__}"}


def _problem(text: str) -> dict[str, Any]:
    return {
        "description": text,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def document_view(request: HttpRequest) -> HttpResponse:
    """Serve the document."""
    return HttpResponse(msgspec.json.encode(document()), content_type="application/json")


def main() -> None:
    """Write the document to standard output: `python -m bangban.surfaces.api.openapi > docs/openapi.json`."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangban.settings")
    django.setup()
    sys.stdout.write(text() + "\n")


def text() -> str:
    """Return the document as it stands in docs/openapi.json."""
    return msgspec.json.format(msgspec.json.encode(document()), indent=2).decode()


if __name__ == "__main__":
    main()
