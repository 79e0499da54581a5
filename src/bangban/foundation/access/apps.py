from bangban.foundation.rooms import Room


class AccessRoom(Room):
    name = "bangban.foundation.access"
    label = "access"
    default = True
