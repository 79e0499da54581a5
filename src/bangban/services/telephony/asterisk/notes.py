"""Commands that the house has written down for its exchange, carried out on Asterisk."""

from __future__ import annotations

import logging
from datetime import timedelta

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError
from bangban.services.telephony.actions.commanding import begin_command, command_done
from bangban.services.telephony.asterisk.ari import Gone
from bangban.services.telephony.asterisk.commands import OVER, Commands
from bangban.services.telephony.commands import PATIENCE, SILENT, Command, has_told, waiting_commands
from bangban.services.telephony.exchange import Unreachable

logger = logging.getLogger("bangban.telephony.asterisk")
AT_WORK = timedelta(seconds=20)
"""So long the process that began a command may be at it; a server that does not answer is given up before."""

RINGING = ("call", "join", "transfer")
BROKEN = "电话交换机的连接刚才断开过，无法确认对方的电话是否响过；如果没有响，请再试一次。"


def carry_out(commands: Commands) -> int:
    """Carry out what waits for this server, oldest first; what cannot be carried out is closed with the reason.

    That one is begun is written down before anything is done, so that no telephone rings twice, whenever a process ends
    and however many there are.
    """
    waiting = waiting_commands(commands.settings.exchange)
    for command in waiting:
        if command.begun_at is None and not begin_command(command.id):
            continue
        if command.begun_at is not None and command.begun_at > now() - AT_WORK:
            continue
        problem = ""
        try:
            if command.begun_at is not None:
                _make_sure(commands, command)
            elif command.at < now() - PATIENCE:
                raise Unreachable(SILENT)
            else:
                _do(commands, command)
        except Gone:
            problem = OVER
        except Unreachable as error:
            problem = str(error)
        except FlowError as error:
            problem = error.sentence
        except (LookupError, ValueError):
            logger.exception("command %s cannot be carried out", command.id)
            problem = "电话交换机不认识这个操作，请联系系统管理员。"
        command_done(command.id, problem)
    return len(waiting)


def _make_sure(commands: Commands, command: Command) -> None:
    """Find out what became of a command that another process began and did not finish."""
    if command.kind not in RINGING:
        try:
            _do(commands, command)
        except Unreachable as error:
            # Said twice it is the same, and the second time the server may say that it is so already.
            if not isinstance(error.__cause__, Gone):
                raise
    elif not commands.rings(command.call, _mark(command)) and not has_told(command, commands.settings.exchange):
        raise Unreachable(BROKEN)


def _mark(command: Command) -> str:
    return f"n{command.id}"


def _do(commands: Commands, command: Command) -> None:
    call, data = command.call, command.data
    if command.kind == "call":
        commands.call_as(call, data["number"], data["agent"], mark=_mark(command))
    elif command.kind == "join":
        commands.join(call, data["number"], data["role"], mark=_mark(command))
    elif command.kind == "transfer":
        commands.transfer(call, data["number"], mark=_mark(command))
    elif command.kind == "hold":
        commands.hold(call)
    elif command.kind == "resume":
        commands.resume(call)
    elif command.kind == "hang_up":
        commands.hang_up(call)
    elif command.kind == "play":
        commands.play(call, data["audio"])
