from bangban.foundation.rooms import Room


class AppointmentsRoom(Room):
    name = "bangban.services.appointments"
    label = "appointments"
    default = True
