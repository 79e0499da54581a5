"""What the cases room does when something happens elsewhere."""

from bangban.foundation.handover.actions import when_expired
from bangban.services.cases.actions.dispatch import offer_expired
from bangban.services.cases.models import Case

when_expired(Case.record_type, offer_expired)
