"""What telephony makes known when the house opens: its kind of messages."""

from bangban.services.telephony.actions import telling

__all__ = ["telling"]
