from bangban.foundation.rooms import Room


class OrgRoom(Room):
    name = "bangban.registry.org"
    label = "org"
    default = True
