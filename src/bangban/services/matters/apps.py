from bangban.foundation.rooms import Room


class MattersRoom(Room):
    name = "bangban.services.matters"
    label = "matters"
    default = True
