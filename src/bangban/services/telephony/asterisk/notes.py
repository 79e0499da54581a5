"""Commands that the house has written down for its exchange, carried out on Asterisk."""

from __future__ import annotations

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError
from bangban.services.telephony.actions.commanding import command_done
from bangban.services.telephony.asterisk.ari import Gone
from bangban.services.telephony.asterisk.commands import OVER, Commands
from bangban.services.telephony.commands import PATIENCE, SILENT, Command, waiting_commands
from bangban.services.telephony.exchange import Unreachable


def carry_out(commands: Commands) -> int:
    """Carry out what waits, oldest first; a command that cannot be carried out is closed with the reason."""
    waiting = waiting_commands()
    for command in waiting:
        problem = ""
        try:
            if command.at < now() - PATIENCE:
                raise Unreachable(SILENT)
            _do(commands, command)
        except Gone:
            problem = OVER
        except Unreachable as error:
            problem = str(error)
        except FlowError as error:
            problem = error.sentence
        command_done(command.id, problem)
    return len(waiting)


def _do(commands: Commands, command: Command) -> None:
    call, data = command.call, command.data
    if command.kind == "call":
        commands.call_as(call, data["number"], data["agent"])
    elif command.kind == "join":
        commands.join(call, data["number"], data["role"])
    elif command.kind == "transfer":
        commands.transfer(call, data["number"])
    elif command.kind == "hold":
        commands.hold(call)
    elif command.kind == "resume":
        commands.resume(call)
    elif command.kind == "hang_up":
        commands.hang_up(call)
    elif command.kind == "play":
        commands.play(call, data["audio"])
