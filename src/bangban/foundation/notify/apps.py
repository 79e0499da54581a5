from bangban.foundation.rooms import Room


class NotifyRoom(Room):
    name = "bangban.foundation.notify"
    label = "notify"
    default = True
