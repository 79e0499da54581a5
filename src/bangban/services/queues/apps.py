from bangban.foundation.rooms import Room


class QueuesRoom(Room):
    name = "bangban.services.queues"
    label = "queues"
    default = True
