"""All writes of telephony."""

from bangban.services.telephony.actions.airing import (
    approve_audio,
    propose_audio,
    record_menu_reason,
    refuse_audio,
    use_audio,
    withdraw_audio,
)
from bangban.services.telephony.actions.attaching import attach
from bangban.services.telephony.actions.calling_back import call_back, claim_missed, finish_missed
from bangban.services.telephony.actions.lapsing import end_lost_calls
from bangban.services.telephony.actions.lining import set_lines
from bangban.services.telephony.actions.listening import play
from bangban.services.telephony.actions.receiving import Received, receive
from bangban.services.telephony.actions.recordings import digest_recordings, erase_old_recordings
from bangban.services.telephony.actions.rostering import save_roster
from bangban.services.telephony.actions.sitting import be_heard, lapse, set_state, set_up_seat, sign_in, sign_out
from bangban.services.telephony.actions.watching import judge, warn_of_gaps

__all__ = [
    "Received",
    "approve_audio",
    "attach",
    "be_heard",
    "call_back",
    "claim_missed",
    "digest_recordings",
    "end_lost_calls",
    "erase_old_recordings",
    "finish_missed",
    "judge",
    "lapse",
    "play",
    "propose_audio",
    "receive",
    "record_menu_reason",
    "refuse_audio",
    "save_roster",
    "set_lines",
    "set_state",
    "set_up_seat",
    "sign_in",
    "sign_out",
    "use_audio",
    "warn_of_gaps",
    "withdraw_audio",
]
