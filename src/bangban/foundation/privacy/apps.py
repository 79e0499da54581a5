from bangban.foundation.rooms import Room


class PrivacyRoom(Room):
    name = "bangban.foundation.privacy"
    label = "privacy"
    default = True
