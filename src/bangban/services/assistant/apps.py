from bangban.foundation.rooms import Room


class AssistantRoom(Room):
    """The room of the assistant; a web process begins to build its search index with its first request."""

    name = "bangban.services.assistant"
    label = "assistant"
    default = True

    def ready(self) -> None:
        """Load the reactions, and let the server's first request (a health check) start the build."""
        super().ready()
        from django.core.handlers.wsgi import WSGIHandler
        from django.core.signals import request_started

        request_started.connect(_begin, sender=WSGIHandler, dispatch_uid="assistant.shelf")


def _begin(**_: object) -> None:
    from bangban.services.assistant.shelf import shelf

    shelf.begin()
