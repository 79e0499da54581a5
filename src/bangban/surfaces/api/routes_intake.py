"""The operations of the media: messages that become orders, and the files that come with them."""

from __future__ import annotations

from bangban.surfaces.api import bodies_intake as bodies
from bangban.surfaces.api.endpoint import Route
from bangban.surfaces.api.views import intake

INTAKE_ROUTES = (
    Route(
        "POST", "/hotline/messages", intake.take_messages, "Deliver messages of SMS, mailbox, website or other media",
        bodies.MessagesTold, bodies.MessagesTaken, scope="orders:write",
    ),
    Route(
        "POST", "/hotline/files", intake.take_file, "Send a file (multipart field `file`) ahead of its message", None,
        bodies.FileTaken, scope="orders:write", success=201,
    ),
)  # fmt: skip
