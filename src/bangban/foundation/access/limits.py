"""The figures of sign-in in one place (F8.05); each is a practice figure that an installation may tighten."""

from __future__ import annotations

from datetime import timedelta

FAILURES_UNTIL_LOCK = 5
LOCKED_FOR = timedelta(minutes=30)
# A hall shares one address: the limit stops a machine that tries one password on many names, not a busy morning.
FAILURES_PER_ADDRESS = 50
FAILURE_WINDOW = timedelta(minutes=10)

PASSWORD_LIFE = timedelta(days=90)
PASSWORD_WARNING = timedelta(days=14)
FORMER_PASSWORDS = 5

IDLE_STAFF = timedelta(minutes=30)
# Citizens come back to a talk after their lunch; what is protected at a higher level asks for proof again.
IDLE_USER = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
CODE_PAUSE = timedelta(minutes=1)
CODES_PER_DAY = 10
CODES_PER_ADDRESS = 30
CODE_WINDOW = timedelta(hours=1)
DAY = timedelta(days=1)
GUESSES_PER_ADDRESS = 60
