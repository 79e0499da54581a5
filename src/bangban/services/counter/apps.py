from bangban.foundation.rooms import Room


class CounterRoom(Room):
    name = "bangban.services.counter"
    label = "counter"
    default = True
