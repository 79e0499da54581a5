from bangban.foundation.rooms import Room


class PatrolsRoom(Room):
    name = "bangban.oversight.patrols"
    label = "patrols"
    default = True
