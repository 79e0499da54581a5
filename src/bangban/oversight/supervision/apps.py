from bangban.foundation.rooms import Room


class SupervisionRoom(Room):
    name = "bangban.oversight.supervision"
    label = "supervision"
    default = True
