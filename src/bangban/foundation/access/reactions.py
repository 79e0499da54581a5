"""What this room brings into the house when it opens."""

from bangban.foundation.access import chores  # noqa: F401 - registers itself
