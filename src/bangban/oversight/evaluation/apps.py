from bangban.foundation.rooms import Room


class EvaluationRoom(Room):
    name = "bangban.oversight.evaluation"
    label = "evaluation"
    default = True
