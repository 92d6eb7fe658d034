"""A layout: which symbols stand where on a picture, as data that a person can write."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Final, Self

from plainview.errors import FormatError
from plainview.overlay.template import Template

__all__ = ["LAYOUTS", "Element", "ElementKind", "Layout", "Style"]


class ElementKind(StrEnum):
    """What an element is."""

    MARKING = "marking"
    TEXT = "text"
    RETICLE = "reticle"
    NORTH_ARROW = "north_arrow"
    NORTH_CIRCLE = "north_circle"
    AZIMUTH_TAPE = "azimuth_tape"
    ELEVATION_SCALE = "elevation_scale"
    SCALE_BAR = "scale_bar"
    TRACKS = "tracks"


_ANCHORS: Final = {
    "top-left": (0.0, 0.0),
    "top": (0.5, 0.0),
    "top-right": (1.0, 0.0),
    "left": (0.0, 0.5),
    "center": (0.5, 0.5),
    "right": (1.0, 0.5),
    "bottom-left": (0.0, 1.0),
    "bottom": (0.5, 1.0),
    "bottom-right": (1.0, 1.0),
}

_ANY_HEIGHT_PX: Final = 1_000_000
_DEFAULT_SIZES: Final[Mapping[ElementKind, float]] = {ElementKind.MARKING: 1.0}
"""Fractions of the picture that an element takes where the layout does not say; else a tenth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How all of a layout looks.

    Args:
        text_height: Of the type, as a fraction of the picture's height.
        min_text_px: Smallest type.
        weight: Of the type, 100 to 900.
        stale_after_s: Age from which metadata is shown grey and called stale.
        shows_tentative: Whether tracks that are not confirmed yet get a dotted box: of use
            to who tunes a detector, clutter to who searches.
    """

    text_height: float = 0.0225
    min_text_px: int = 9
    weight: int = 600
    stale_after_s: float = 1.0
    shows_tentative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Element:
    """One element of a layout.

    Args:
        kind: What it is.
        name: Names it in reports of what was drawn.
        anchor: Fractions (x, y) of the element's own box that lie on its place.
        place: Fractions (x, y) of the picture where that point lies.
        size: Of a shape, as a fraction of the picture's height (of its width for the
            azimuth tape, the scale bar, and the row of a marking).
        lines: Of a text, from the top; the first are the last to go where room is short.
        min_height_px: Smallest picture that it is drawn on.
        max_height_px: Largest.
        is_unchecked: Whether nobody compared it with the standard that the layout follows.
    """

    kind: ElementKind
    name: str
    anchor: tuple[float, float]
    place: tuple[float, float]
    size: float = 0.1
    lines: tuple[Template, ...] = ()
    min_height_px: int = 0
    max_height_px: int = _ANY_HEIGHT_PX
    is_unchecked: bool = False

    @property
    def is_always_marking(self) -> bool:
        """Whether it is a marking that stands on pictures of every size."""
        is_unlimited = self.min_height_px == 0 and self.max_height_px >= _ANY_HEIGHT_PX
        return self.kind is ElementKind.MARKING and is_unlimited

    @property
    def reading_names(self) -> frozenset[str]:
        """The readings that its lines ask for."""
        return frozenset[str]().union(*(line.names for line in self.lines))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """A layout of on-screen symbology; two are equal only if they are the same object.

    Args:
        name: Names it.
        source: Where it comes from, for people.
        style: How it looks.
        elements: In order of importance: where room is short, later ones give way.
    """

    name: str
    source: str
    style: Style
    elements: tuple[Element, ...]

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any], *, where: str) -> Self:
        """Make a layout from what a TOML file holds.

        Args:
            mapping: The file as plain values.
            where: Names the file in errors.

        Raises:
            FormatError: A field is missing, unknown or cannot be used; it says which.
        """
        fields = _Fields(mapping, where=where)
        name, source = fields.text("name"), fields.text("source", "")
        style_fields = _Fields(fields.value("style", {}, dict), where=f"{where}, style")
        items = fields.value("element", None, list)
        fields.done()
        elements = tuple(
            _element(_Fields(item, where=f"{where}, element {number}"))
            for number, item in enumerate(items, start=1)
        )
        if not any(element.is_always_marking for element in elements):
            raise FormatError(
                where=f"{where}, element",
                what="has no element of kind `marking` without limits of height.",
                mend="Add one: every picture shows its marking.",
            )
        return cls(name=name, source=source, style=_style(style_fields), elements=elements)


class _Fields:
    """Takes fields out of a mapping, once each, and complains about the rest."""

    def __init__(self, mapping: object, *, where: str) -> None:
        self.where = where
        if not isinstance(mapping, Mapping):
            raise self.error("a table", "is not a table of fields")
        self._left: dict[str, Any] = dict(mapping)

    def error(self, name: str, what: str) -> FormatError:
        return FormatError(
            where=f"{self.where}, {name}",
            what=f"{what}.",
            mend="Compare it with the layouts that ship with plainview.",
        )

    def value(self, name: str, default: Any, kind: type | tuple[type, ...]) -> Any:
        """Return a field; a default of None means that it must be there."""
        value = self._left.pop(name, default)
        if value is None:
            raise self.error(name, "is missing")
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.error(name, f"is {value!r}, which is of the wrong kind")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        text: str = self.value(name, default, str)
        return text

    def number(self, name: str, default: float | None, *, low: float, high: float) -> float:
        number = float(self.value(name, default, (int, float)))
        if not low <= number <= high:
            raise self.error(name, f"is {number:g}, outside {low:g} to {high:g}")
        return number

    def done(self) -> None:
        for name in self._left:
            raise self.error(name, "is not a field of a layout")


def _style(fields: _Fields) -> Style:
    default = Style()
    style = Style(
        text_height=fields.number("text_height", default.text_height, low=0.005, high=0.2),
        min_text_px=int(fields.number("min_text_px", default.min_text_px, low=6, high=200)),
        weight=int(fields.number("weight", default.weight, low=100, high=900)),
        stale_after_s=fields.number("stale_after_s", default.stale_after_s, low=0.0, high=3600.0),
        shows_tentative=fields.value("shows_tentative", default.shows_tentative, bool),
    )
    fields.done()
    return style


def _element(fields: _Fields) -> Element:
    try:
        kind = ElementKind(fields.text("kind"))
    except ValueError as error:
        known = ", ".join(ElementKind)
        raise fields.error("kind", f"is none of {known}") from error
    anchor = fields.text("anchor", "center")
    if anchor not in _ANCHORS:
        raise fields.error("anchor", f"is none of {', '.join(_ANCHORS)}")
    default_x, default_y = _ANCHORS[anchor]
    lines = fields.value("lines", [], list)
    element = Element(
        kind=kind,
        name=fields.text("name", str(kind)),
        anchor=_ANCHORS[anchor],
        place=(
            fields.number("x", default_x, low=0.0, high=1.0),
            fields.number("y", default_y, low=0.0, high=1.0),
        ),
        size=fields.number("size", _DEFAULT_SIZES.get(kind, 0.1), low=0.001, high=1.0),
        lines=tuple(_line(fields, number, line) for number, line in enumerate(lines, start=1)),
        min_height_px=int(fields.number("min_height_px", 0, low=0, high=_ANY_HEIGHT_PX)),
        max_height_px=int(
            fields.number("max_height_px", _ANY_HEIGHT_PX, low=0, high=_ANY_HEIGHT_PX)
        ),
        is_unchecked=fields.value("unchecked", False, bool),
    )
    fields.done()
    if kind is ElementKind.TEXT and not lines:
        raise fields.error("lines", "is empty")
    return element


def _line(fields: _Fields, number: int, line: object) -> Template:
    name = f"lines {number}"
    item = _Fields({"text": line} if isinstance(line, str) else line, where=fields.where)
    text, absent = item.text("text"), item.text("absent", "")
    item.done()
    try:
        return Template.parse(text, absent=absent)
    except ValueError as error:
        raise fields.error(name, str(error)) from error


class _ShippedLayouts(Mapping[str, Layout]):
    """The layouts that ship with the package, each read when it is first asked for."""

    _names: Final = ("plainview", "st1909")

    def __getitem__(self, name: str) -> Layout:
        if name not in self._names:
            raise KeyError(name)
        return _read_shipped(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


LAYOUTS: Final[Mapping[str, Layout]] = _ShippedLayouts()
"""The layouts that ship with the package, by name."""


@cache
def _read_shipped(name: str) -> Layout:
    file = resources.files("plainview.overlay").joinpath(f"layouts/{name}.toml")
    return Layout.from_mapping(tomllib.loads(file.read_text("utf-8")), where=f"{name}.toml")
