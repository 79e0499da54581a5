from bangban.foundation.rooms import Room


class ReportsRoom(Room):
    name = "bangban.oversight.reports"
    label = "reports"
    default = True
