"""One line for each request that was slow or failed; nothing for the rest."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass, field

SLOW_SECONDS = 0.3
CLIENT_GONE = 499

logger = logging.getLogger("bangban.requests")


@dataclass(slots=True)
class Served:
    """How a request went. The query string is left out, because it may hold personal data."""

    request_id: str
    method: str
    path: str
    status: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Time since the request arrived."""
        return time.monotonic() - self.began


def log_notable(served: Served) -> None:
    """Write a JSON line when the request took longer than SLOW_SECONDS or ended in an error of ours."""
    seconds = served.seconds
    if served.status >= 500:
        level = logging.ERROR
    elif seconds > SLOW_SECONDS:
        level = logging.WARNING
    else:
        return
    line = {
        "request": served.request_id,
        "method": served.method,
        "path": served.path,
        "status": served.status,
        "ms": round(seconds * 1000),
    }
    logger.log(level, json.dumps(line, ensure_ascii=False))
