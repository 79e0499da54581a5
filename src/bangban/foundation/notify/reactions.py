"""What this room brings into the house when it opens."""

from bangban.foundation.notify import checks, chores  # noqa: F401 - both register themselves
