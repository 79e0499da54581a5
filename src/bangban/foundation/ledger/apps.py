from bangban.foundation.rooms import Room


class LedgerRoom(Room):
    name = "bangban.foundation.ledger"
    label = "ledger"
    default = True
