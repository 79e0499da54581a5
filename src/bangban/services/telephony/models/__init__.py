"""Calls and their raw events, figures by the minute, seats, recordings, audio, commands to the exchange."""

from bangban.services.telephony.models.audio import Audio, AudioState, MenuReason
from bangban.services.telephony.models.calls import Call, Callback, CallbackTry, Leg, Outcome, RawEvent, TryResult
from bangban.services.telephony.models.commands import ExchangeCommand
from bangban.services.telephony.models.figures import MinuteFigures, RateAlarm, RateWatch
from bangban.services.telephony.models.lines import Line
from bangban.services.telephony.models.recordings import Playback, Recording
from bangban.services.telephony.models.roster import RosterChange
from bangban.services.telephony.models.seats import Seat, SeatSession, SeatState, SeatStint

__all__ = [
    "Audio",
    "AudioState",
    "Call",
    "Callback",
    "CallbackTry",
    "ExchangeCommand",
    "Leg",
    "Line",
    "MenuReason",
    "MinuteFigures",
    "Outcome",
    "Playback",
    "RateAlarm",
    "RateWatch",
    "RawEvent",
    "Recording",
    "RosterChange",
    "Seat",
    "SeatSession",
    "SeatState",
    "SeatStint",
    "TryResult",
]
