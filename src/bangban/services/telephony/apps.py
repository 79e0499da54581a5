from bangban.foundation.rooms import Room


class TelephonyRoom(Room):
    name = "bangban.services.telephony"
    label = "telephony"
    default = True
