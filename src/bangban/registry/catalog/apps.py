from bangban.foundation.rooms import Room


class CatalogRoom(Room):
    name = "bangban.registry.catalog"
    label = "catalog"
    default = True
