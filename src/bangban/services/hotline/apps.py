from importlib import import_module

from bangban.foundation.rooms import Room


class HotlineRoom(Room):
    name = "bangban.services.hotline"
    label = "hotline"
    default = True

    def ready(self) -> None:
        """Load also the flow of caller files, what follows at intake, in emergencies and from the exchange, and the mailbox."""
        super().ready()
        for piece in ("emergency_reactions", "flow_callers", "intake_reactions", "mailbox", "actions.line_refused"):
            import_module(f"{self.name}.{piece}")
