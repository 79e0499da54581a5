"""Tables of the catalogue 事项库: items and their guides, service lists, navigation, forms, places, demand."""

from bangban.registry.catalog.models.demand import GuideDownload, ItemAsked, ItemDemand
from bangban.registry.catalog.models.forms import FormTemplate, TemplateKind
from bangban.registry.catalog.models.items import PENDING, Item, ItemVersion, Material, Standing
from bangban.registry.catalog.models.navigation import LifeEvent, LifeEventItem, Section, Theme
from bangban.registry.catalog.models.places import HandlingPlace
from bangban.registry.catalog.models.service_lists import ServiceLine, ServiceList

__all__ = [
    "PENDING",
    "FormTemplate",
    "GuideDownload",
    "HandlingPlace",
    "Item",
    "ItemAsked",
    "ItemDemand",
    "ItemVersion",
    "LifeEvent",
    "LifeEventItem",
    "Material",
    "Section",
    "ServiceLine",
    "ServiceList",
    "Standing",
    "TemplateKind",
    "Theme",
]
