"""What the exchange is asked to do, written down: whoever adapts fetches it once the transaction has committed.

A deed that rings somebody writes here, so nothing is rung before the deed stands and no lock is held while an exchange is
asked. What cannot be carried out is told to the rooms (`commands.when_refused`). A house without an exchange writes every
command down.
"""

from __future__ import annotations

from bangban.foundation.ledger.identifiers import new_id
from bangban.services.telephony.actions.airing import use_audio
from bangban.services.telephony.actions.commanding import write_command


class Notebook:
    """Writes each command as a row; numbers are sealed."""

    def call(self, number: str, agent_work_number: str, record_number: str) -> str:
        """Write down an outgoing call; returns the name that its events are to bear."""
        name = f"out-{new_id().hex}"
        write_command("call", name, number=number, agent=agent_work_number, record=record_number)
        return name

    def join(self, call: str, number: str, role: str, record_number: str = "") -> None:
        """Write down that a third party is to be brought in."""
        write_command("join", call, number=number, role=role, record=record_number)

    def transfer(self, call: str, number: str, record_number: str = "") -> None:
        """Write down that a call is to be handed over."""
        write_command("transfer", call, number=number, record=record_number)

    def hold(self, call: str) -> None:
        """Write down that the caller is to wait."""
        write_command("hold", call)

    def resume(self, call: str) -> None:
        """Write down that the waiting is to end."""
        write_command("resume", call)

    def hang_up(self, call: str) -> None:
        """Write down that a call is to end."""
        write_command("hang_up", call)

    def play(self, call: str, audio_key: str) -> None:
        """Write down what is to be played; NotAllowed when it is not approved (GB33358-5.1.2.2-b)."""
        audio = use_audio(audio_key)
        write_command("play", call, audio=audio.key, file=audio.file)
