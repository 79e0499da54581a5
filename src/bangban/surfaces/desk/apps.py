from bangban.foundation.rooms import Room


class DeskRoom(Room):
    name = "bangban.surfaces.desk"
    label = "desk"
    default = True
