from bangban.foundation.rooms import Room


class HotlineRoom(Room):
    name = "bangban.services.hotline"
    label = "hotline"
    default = True
