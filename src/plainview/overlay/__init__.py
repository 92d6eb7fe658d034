"""Layouts of on-screen symbology as data, and drawing them."""

from plainview.overlay.context import OverlayContext
from plainview.overlay.draw import DrawnText, OverlayDrawing, compose_overlay, draw_overlay
from plainview.overlay.layout import LAYOUTS, Element, ElementKind, Layout, Style
from plainview.overlay.placement import Placed, place_elements

__all__ = [
    "LAYOUTS",
    "DrawnText",
    "Element",
    "ElementKind",
    "Layout",
    "OverlayContext",
    "OverlayDrawing",
    "Placed",
    "Style",
    "compose_overlay",
    "draw_overlay",
    "place_elements",
]
