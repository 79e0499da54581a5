from bangban.foundation.rooms import Room


class ArchivesRoom(Room):
    name = "bangban.oversight.archives"
    label = "archives"
    default = True
