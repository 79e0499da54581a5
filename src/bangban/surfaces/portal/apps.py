from bangban.foundation.rooms import Room


class PortalRoom(Room):
    name = "bangban.surfaces.portal"
    label = "portal"
    default = True
