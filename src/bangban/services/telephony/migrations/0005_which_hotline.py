"""Give what is there to its hotline: to the only one, else by the body of the agent; what tells nothing stays without."""

from django.db import migrations

ONLY = "(SELECT min(id) FROM org_body WHERE kind = 'hotline' AND active HAVING count(*) = 1)"
SEVERAL = "(SELECT count(*) > 1 FROM org_body WHERE kind = 'hotline' AND active)"

CALLS = f"""
UPDATE telephony_call AS c SET center_id = coalesce({ONLY}, (
    SELECT b.id FROM org_staff AS p JOIN org_body AS b ON b.id = p.body_id
    WHERE p.id = c.agent_id AND b.kind = 'hotline' AND b.active
))
"""
SEATS = f"""
UPDATE telephony_seat AS e SET center_id = coalesce({ONLY}, (
    SELECT b.id FROM telephony_seatsession AS s JOIN org_staff AS p ON p.id = s.staff_id
    JOIN org_body AS b ON b.id = p.body_id
    WHERE s.seat_id = e.number AND b.kind = 'hotline' AND b.active ORDER BY s.signed_in_at DESC LIMIT 1
))
"""
ALARMS = f"UPDATE telephony_ratealarm SET center_id = {ONLY}"
WATCH = f"UPDATE telephony_ratewatch SET id = coalesce({ONLY}, 0) WHERE id = 1"
FIGURES = f"UPDATE telephony_minute_figures SET center = {ONLY} WHERE {ONLY} IS NOT NULL"

# With several hotlines the minutes are split by what their calls add (see counting.share_of).
DROP = f"DELETE FROM telephony_minute_figures WHERE {SEVERAL}"
SPLIT = f"""
INSERT INTO telephony_minute_figures (minute, center, language, offered, answered, answered_in_15, abandoned, missed,
    lost_late, menu, wait_seconds, talk_seconds, hold_seconds)
SELECT date_trunc('minute', offered_at), coalesce(center_id, 0), language, count(*), count(answered_at),
    count(*) FILTER (WHERE answered_at IS NOT NULL AND wait_seconds <= 15),
    count(*) FILTER (WHERE outcome = 'abandoned'), count(*) FILTER (WHERE outcome = 'missed'),
    count(*) FILTER (WHERE outcome IN ('abandoned', 'missed') AND wait_seconds > 15), count(*) FILTER (WHERE menu),
    coalesce(sum(wait_seconds) FILTER (WHERE answered_at IS NOT NULL), 0), coalesce(sum(talk_seconds), 0),
    sum(hold_seconds)
FROM telephony_call WHERE direction = 'in' AND {SEVERAL} GROUP BY 1, 2, 3
"""


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0002_channels_and_work_numbers'),
        ('telephony', '0004_hotlines'),
    ]

    operations = [migrations.RunSQL([CALLS, SEATS, ALARMS, WATCH, FIGURES, DROP, SPLIT], migrations.RunSQL.noop)]
