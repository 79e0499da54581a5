from bangban.foundation.rooms import Room


class FlowsRoom(Room):
    name = "bangban.foundation.flows"
    label = "flows"
    default = True
