"""All writes about service users."""

from bangban.registry.people.actions.coming_in import Arrival, change_phone, sign_in_phone
from bangban.registry.people.actions.identity import (
    Proof,
    prove_identity,
    require_assurance,
    state_identity,
    verify_at_window,
)
from bangban.registry.people.actions.organisations import (
    grant_handler,
    register_organisation,
    require_handler,
    revoke_handler,
)
from bangban.registry.people.actions.persons import save_person, update_profile
from bangban.registry.people.rules import NewPerson

__all__ = [
    "Arrival",
    "NewPerson",
    "Proof",
    "change_phone",
    "grant_handler",
    "prove_identity",
    "register_organisation",
    "require_assurance",
    "require_handler",
    "revoke_handler",
    "save_person",
    "sign_in_phone",
    "state_identity",
    "update_profile",
    "verify_at_window",
]
