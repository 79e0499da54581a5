from bangban.foundation.rooms import Room


class HandoverRoom(Room):
    name = "bangban.foundation.handover"
    label = "handover"
    default = True
