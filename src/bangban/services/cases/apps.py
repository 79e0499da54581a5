from bangban.foundation.rooms import Room


class CasesRoom(Room):
    name = "bangban.services.cases"
    label = "cases"
    default = True
