from bangban.foundation.rooms import Room


class HallsRoom(Room):
    name = "bangban.registry.halls"
    label = "halls"
    default = True
