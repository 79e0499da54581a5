"""Rules of seats (pure)."""

from __future__ import annotations

from datetime import timedelta

LEASE = timedelta(minutes=2)
"""A desk that falls silent for so long counts as left."""
