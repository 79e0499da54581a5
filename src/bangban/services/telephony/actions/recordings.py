"""The care for recordings: their digest as soon as the file is there, their end when their time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from bangban.services.telephony.fingerprints import digest_of
from bangban.services.telephony.keeping import path_of
from bangban.services.telephony.models import Recording

SETTLED = timedelta(minutes=1)
AT_ONCE = 200


def digest_recordings(at: datetime) -> int:
    """Digest files of which the exchange gave none, a minute after the recording; returns how many."""
    done = 0
    late = at - timedelta(days=1)
    for row in Recording.objects.filter(digest="", gone_at=None, at__gt=late, at__lt=at - SETTLED).order_by("at")[
        :AT_ONCE
    ]:
        if path := path_of(row.reference):
            done += Recording.objects.filter(id=row.id, digest="").update(digest=digest_of(path))
    return done


def erase_old_recordings(at: datetime) -> int:
    """Erase files that have been kept for their time; the row stays and says so. Returns how many."""
    rows = list(Recording.objects.filter(gone_at=None, keep_until__lte=at).order_by("keep_until")[:AT_ONCE])
    for row in rows:
        if path := path_of(row.reference):
            path.unlink(missing_ok=True)
        Recording.objects.filter(id=row.id).update(gone_at=at)
    return len(rows)
