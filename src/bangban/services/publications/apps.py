from bangban.foundation.rooms import Room


class PublicationsRoom(Room):
    name = "bangban.services.publications"
    label = "publications"
    default = True
