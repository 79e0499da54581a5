from importlib import import_module

from bangban.foundation.rooms import Room


class HotlineRoom(Room):
    name = "bangban.services.hotline"
    label = "hotline"
    default = True

    def ready(self) -> None:
        """Load the flow of caller files beside the flow of orders."""
        super().ready()
        import_module(f"{self.name}.flow_callers")
