from bangban.foundation.rooms import Room


class AnalysisRoom(Room):
    name = "bangban.oversight.analysis"
    label = "analysis"
    default = True
