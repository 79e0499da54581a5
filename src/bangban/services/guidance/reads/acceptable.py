"""The acceptability of a case, as its closing uses it (BJ-3.1.2-b)."""

from __future__ import annotations

from collections.abc import Mapping

from bangban.services.cases.models import Case
from bangban.services.guidance.reads.loading import Papers, brought, checks_of, open_defects, papers
from bangban.services.guidance.rules.acceptability import DEEP_ENOUGH, Acceptability
from bangban.services.guidance.rules.acceptability import acceptability as judge
from bangban.services.guidance.terms import CheckKind, DraftState


def acceptability(case: Case) -> Acceptability:
    """Return what is met and what is open; the caller has found the case through a getter that knows the actor."""
    found = papers(case)
    return judged(found, open_defects(checks_of(found.draft)))


def judged(found: Papers, defects: Mapping[CheckKind, Mapping[str, str]]) -> Acceptability:
    """Judge papers that are already loaded; what a specialist passed, also against a rule, is deep enough."""
    if found.draft and found.draft.state == DraftState.PASSED:
        return DEEP_ENOUGH
    return judge(
        found.schema if found.draft else None,
        found.values,
        brought(found.needs, found.values) if found.made else None,
        defects,
    )
