from bangban.foundation.rooms import Room


class AssistantRoom(Room):
    name = "bangban.services.assistant"
    label = "assistant"
    default = True
