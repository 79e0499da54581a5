"""The SQL by which frames are read again, for the pages (Django) and for the hub (asynchronous) alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bangban.foundation.live.frames import Frame
from bangban.foundation.live.numbering import AT_FORMAT

COLUMNS = f"topic, seq, kind, record_type, number, visibility, to_char(at AT TIME ZONE 'UTC', {AT_FORMAT}) AS at"

CURRENT = "SELECT coalesce(max(seq), 0) FROM live_order"

FLOOR = "SELECT coalesce(max(floor), 0) FROM live_retention"

OF_TOPICS = f"""
SELECT {COLUMNS}
FROM unnest(%(topics)s::text[]) AS wanted(name)
CROSS JOIN LATERAL (
    SELECT * FROM live_frame
    WHERE topic = wanted.name AND seq > %(after)s AND seq <= %(until)s AND visibility = ANY(%(visibility)s)
    ORDER BY seq LIMIT %(limit)s
) AS frame
ORDER BY seq, topic
"""
"""At most `limit` frames of each topic; `gather` cuts to the first `limit` frames, which are complete."""

OF_ALL = f"""
SELECT {COLUMNS} FROM live_frame WHERE seq > %(after)s AND seq <= %(until)s ORDER BY seq, topic
"""

IN_ORDER = """
SELECT seq, event_id, event_at FROM live_order WHERE seq > %(after)s ORDER BY seq LIMIT %(limit)s
"""


def gather(rows: Iterable[tuple[Any, ...]], limit: int | None = None) -> list[Frame]:
    """Join the rows of one number, which follow each other, to one frame with all its topics."""
    frames: list[Frame] = []
    for topic, seq, kind, record_type, number, visibility, at in rows:
        if frames and frames[-1].seq == seq:
            frames[-1].topics += (topic,)
        elif limit is not None and len(frames) == limit:
            break
        else:
            frames.append(Frame(seq, kind, record_type, number, visibility, at, (topic,)))
    return frames
