"""Tables of published information."""

from bangban.services.publications.models.publications import Output, Publication, Sending
from bangban.services.publications.models.subscriptions import Subscription

__all__ = ["Output", "Publication", "Sending", "Subscription"]
