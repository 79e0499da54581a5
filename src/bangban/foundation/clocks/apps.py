from bangban.foundation.rooms import Room


class ClocksRoom(Room):
    name = "bangban.foundation.clocks"
    label = "clocks"
    default = True
