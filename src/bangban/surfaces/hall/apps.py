from bangban.foundation.rooms import Room


class HallSurface(Room):
    name = "bangban.surfaces.hall"
    label = "hall_surface"
    default = True
