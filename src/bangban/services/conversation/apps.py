from bangban.foundation.rooms import Room


class ConversationRoom(Room):
    name = "bangban.services.conversation"
    label = "conversation"
    default = True
