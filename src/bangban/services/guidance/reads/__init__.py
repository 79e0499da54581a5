"""All questions to guidance; each takes a constant number of queries."""

from bangban.services.guidance.reads.acceptable import acceptability
from bangban.services.guidance.reads.history import history
from bangban.services.guidance.reads.panel import desk_panel, guidance_view

__all__ = ["acceptability", "desk_panel", "guidance_view", "history"]
