from bangban.foundation.rooms import Room


class ConformanceRoom(Room):
    name = "bangban.oversight.conformance"
    label = "conformance"
    default = True
