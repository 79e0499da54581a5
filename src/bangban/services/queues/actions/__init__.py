"""All writes of the queues."""

from bangban.services.queues.actions.alerts import take_measure, watch_class, watch_hall
from bangban.services.queues.actions.calling import arrive, call_next, finish, miss, recall
from bangban.services.queues.actions.day import close_day
from bangban.services.queues.actions.door import own_session
from bangban.services.queues.actions.issuing import Issued, NewTicket, issue
from bangban.services.queues.actions.moving import flag, leave, move, rejoin, substitute, transfer
from bangban.services.queues.actions.telling import tell_waiting
from bangban.services.queues.actions.windows import close_window, open_window, pause_window, resume_window, serve

__all__ = [
    "Issued",
    "NewTicket",
    "arrive",
    "call_next",
    "close_day",
    "close_window",
    "finish",
    "flag",
    "issue",
    "leave",
    "miss",
    "move",
    "open_window",
    "own_session",
    "pause_window",
    "recall",
    "rejoin",
    "resume_window",
    "serve",
    "substitute",
    "take_measure",
    "tell_waiting",
    "transfer",
    "watch_class",
    "watch_hall",
]
