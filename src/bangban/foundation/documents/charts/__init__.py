"""Charts as SVG, drawn by us so that PDF, Word and the page show the same picture."""

from bangban.foundation.documents.charts.bars import Bar, Bars
from bangban.foundation.documents.charts.drawing import Chart
from bangban.foundation.documents.charts.lines import Forecast, Lines
from bangban.foundation.documents.charts.shares import Part, Shares

__all__ = ["Bar", "Bars", "Chart", "Forecast", "Lines", "Part", "Shares"]
