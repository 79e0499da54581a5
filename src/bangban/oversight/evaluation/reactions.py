"""A service that ends is followed by an invitation to rate it."""

from typing import Any

from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.reacting import reacts
from bangban.foundation.ledger.models import Event
from bangban.oversight.evaluation.actions import invite_for_case, invite_for_visit


@reacts("case.close", "case.solved")
def ask_for_a_rating(deed: Deed[Any], event: Event) -> None:
    """Invite once for each round, whoever ended it."""
    invite_for_case(deed)


@reacts("ticket.finish")
def ask_at_the_window(deed: Deed[Any], event: Event) -> None:
    """Invite once for each visit; the device at the window asks at once, the phone page later."""
    invite_for_visit(deed)
