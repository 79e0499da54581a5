from bangban.foundation.rooms import Room


class KnowledgeRoom(Room):
    name = "bangban.registry.knowledge"
    label = "knowledge"
    default = True
