from bangban.foundation.rooms import Room


class ApiRoom(Room):
    name = "bangban.surfaces.api"
    label = "api"
    default = True
