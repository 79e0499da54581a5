"""Sessions for pages only: the API carries tokens and pays nothing for cookies."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse


class PageSessions(SessionMiddleware):
    """Django's session handling, left out for the API, health and metrics."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Load and save the session of a page request."""
        if request.path.startswith(("/api/", "/healthz", "/metrics")):
            return self.get_response(request)  # type: ignore[return-value]
        return super().__call__(request)  # type: ignore[return-value]


COOKIE = settings.SESSION_COOKIE_NAME
