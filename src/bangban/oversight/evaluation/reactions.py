"""A closed round of service is followed by an invitation to rate it."""

from typing import Any

from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.reacting import reacts
from bangban.foundation.ledger.models import Event
from bangban.oversight.evaluation.actions import invite


@reacts("case.close", "case.solved")
def ask_for_a_rating(deed: Deed[Any], event: Event) -> None:
    """Invite once for each round, whoever ended it."""
    invite(deed)
