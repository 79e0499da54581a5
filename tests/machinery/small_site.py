"""A Django site of three pages and one endless stream, to run the server with."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

SECRET_KEY = "small" * 10
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.machinery.small_site"
BANGBAN_MOUNTS = {"/live/": "tests.machinery.small_site.Stream"}
LOGGING_CONFIG = None


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"page of {os.getpid()} for {request.META['REMOTE_ADDR']} by {request.scheme}")


def slow(request: HttpRequest) -> HttpResponse:
    time.sleep(float(request.GET["seconds"]))
    return HttpResponse("done")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken page")


urlpatterns = [path("", page), path("slow", slow), path("broken", broken)]


class Stream:
    """Sends a line and then waits until the server closes."""

    def __init__(self) -> None:
        self.over = asyncio.Event()

    async def start(self) -> None:
        pass

    def closing(self) -> None:
        self.over.set()

    async def stop(self) -> None:
        pass

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"begin\n", "more_body": True})
        await self.over.wait()
        await send({"type": "http.response.body", "body": b"end\n"})
