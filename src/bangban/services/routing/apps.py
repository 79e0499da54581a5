from bangban.foundation.rooms import Room


class RoutingRoom(Room):
    name = "bangban.services.routing"
    label = "routing"
    default = True
