from bangban.foundation.rooms import Room


class LiveRoom(Room):
    name = "bangban.foundation.live"
    label = "live"
    default = True
