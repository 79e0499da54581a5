from bangban.foundation.rooms import Room


class PeopleRoom(Room):
    name = "bangban.registry.people"
    label = "people"
    default = True
