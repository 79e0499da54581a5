"""The tables of the matters room."""

from bangban.services.matters.models.matters import Matter, MatterOrder
from bangban.services.matters.models.sketches import OrderSketch, SketchKey, TermCounts
from bangban.services.matters.models.threshold import Threshold

__all__ = ["Matter", "MatterOrder", "OrderSketch", "SketchKey", "TermCounts", "Threshold"]
