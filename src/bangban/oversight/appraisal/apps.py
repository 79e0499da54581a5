from bangban.foundation.rooms import Room


class AppraisalRoom(Room):
    name = "bangban.oversight.appraisal"
    label = "appraisal"
    default = True
