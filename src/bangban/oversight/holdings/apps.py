from bangban.foundation.rooms import Room


class HoldingsRoom(Room):
    name = "bangban.oversight.holdings"
    label = "holdings"
    default = True
