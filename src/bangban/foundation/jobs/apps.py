from bangban.foundation.rooms import Room


class JobsRoom(Room):
    name = "bangban.foundation.jobs"
    label = "jobs"
    default = True
