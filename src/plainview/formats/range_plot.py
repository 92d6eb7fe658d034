"""The plot of how far a camera sees: probability against range, as SVG or PNG."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.formats.report.markup import Markup, element
from plainview.formats.written_file import write_given_file

__all__ = ["PlotCurve", "RangePlot", "draw_range_plot", "write_range_plot"]

Array = npt.NDArray[np.float64]

WIDTH_PX: Final = 960
PLOT_HEIGHT_PX: Final = 600
"""With room for four lines below; more lines make it higher."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 80.0, 30.0, 84.0, 150.0
_LEGEND_LEFT: Final = 640.0
_INK: Final = "#1b2733"
_FAINT: Final = "#d5dbe1"
_COLOURS: Final = ("#0b6fb8", "#c8501e", "#2e8b57", "#7a4fa3", "#8a6d1f", "#4a4a4a")
_N_TICKS: Final = 8
_STEPS: Final = (1.0, 2.0, 5.0, 10.0)
_PNG_SCALE: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlotCurve:
    """One curve.

    Args:
        label: What the legend says of it; None where it is named by another.
        group: Curves of one group share a colour, from 0.
        is_thin: Whether it is drawn thin.
        is_dashed: Whether it is drawn dashed.
        range_km: (n,) rising.
        probability: (n,) 0 to 1.
    """

    label: str | None
    group: int
    is_thin: bool
    is_dashed: bool
    range_km: Array
    probability: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RangePlot:
    """What is drawn.

    Args:
        title: Above it; subtitle likewise.
        subtitle: Below the title.
        notes: Lines below the plot: what the figures rest on.
        curves: The curves.
    """

    title: str
    subtitle: str
    notes: tuple[str, ...]
    curves: tuple[PlotCurve, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Line:
    points: Array
    colour: str
    width: float
    is_dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    x: float
    y: float
    text: str
    size: float
    anchor: str = "start"
    is_bold: bool = False


def write_range_plot(path: Path, plot: RangePlot) -> None:
    """Write a plot; the ending of the name says in which form.

    Raises:
        InputError: The name ends neither in .svg nor in .png, or no file can be made there.
        DeviceError: The disk failed or is full.
    """
    if path.suffix.lower() == ".svg":
        data = draw_range_plot(plot).encode("utf-8")
    elif path.suffix.lower() == ".png":
        data = _png(plot)
    else:
        raise InputError(
            where=str(path),
            what="is no name of a plot.",
            mend="Give a name that ends in .svg or .png.",
        )
    write_given_file(path, data, is_new=False)


def draw_range_plot(plot: RangePlot) -> str:
    """Return the plot as an SVG document of its own."""
    marks = [_svg_mark(mark) for mark in _marks(plot)]
    height_px = _height_px(plot)
    ground = element("rect", width=WIDTH_PX, height=height_px, fill="#ffffff")
    return element(
        "svg",
        ground,
        *marks,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH_PX} {height_px}",
        width=WIDTH_PX,
        height=height_px,
        font_family="DejaVu Sans, Helvetica, Arial, sans-serif",
        role="img",
        aria_label=plot.title,
    )


def _marks(plot: RangePlot) -> Iterator[_Line | _Text]:
    """Yield lines and texts in the order in which they are drawn."""
    yield _Text(x=_LEFT, y=34.0, text=plot.title, size=19.0, is_bold=True)
    yield _Text(x=_LEFT, y=58.0, text=plot.subtitle, size=13.0)
    most_km = _most_km(plot)
    yield from _axes(most_km)
    for curve in plot.curves:
        is_in = curve.range_km <= most_km
        x = _x_px(curve.range_km[is_in], most_km)
        yield _Line(
            points=np.stack([x, _y_px(curve.probability[is_in])], axis=1),
            colour=_COLOURS[curve.group % len(_COLOURS)],
            width=1.3 if curve.is_thin else 2.6,
            is_dashed=curve.is_dashed,
        )
    yield from _legend(plot)
    for n, note in enumerate(plot.notes):
        yield _Text(x=_LEFT, y=PLOT_HEIGHT_PX - 82.0 + 17.0 * n, text=note, size=11.5)


def _height_px(plot: RangePlot) -> int:
    """Return the height of the whole, so that notes and legend fit below."""
    n_lines = max(len(plot.notes), sum(curve.label is not None for curve in plot.curves))
    return PLOT_HEIGHT_PX + max(0, 17 * (n_lines - 4))


def _most_km(plot: RangePlot) -> float:
    """Return the range to which the axis goes: a little beyond what is seen at all."""
    seen = [curve.range_km[curve.probability > 0.005] for curve in plot.curves]
    reach = max((float(one[-1]) for one in seen if len(one)), default=0.0)
    whole = max((float(curve.range_km[-1]) for curve in plot.curves), default=1.0)
    return min(1.08 * reach, whole) if reach > 0.0 else whole


def _axes(most_km: float) -> Iterator[_Line | _Text]:
    low_y, right = PLOT_HEIGHT_PX - _BOTTOM, WIDTH_PX - _RIGHT
    for level in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = float(_y_px(np.array([level]))[0])
        points = np.array([[_LEFT, y], [right, y]])
        yield _Line(points=points, colour=_FAINT, width=1.0)
        yield _Text(x=_LEFT - 10.0, y=y + 4.0, text=f"{level:.0%}", size=12.0, anchor="end")
    step = _nice_step(most_km / _N_TICKS)
    for tick in np.arange(0.0, most_km + 1e-9, step):
        x = float(_x_px(np.array([tick]), most_km)[0])
        yield _Line(points=np.array([[x, low_y], [x, low_y + 5.0]]), colour=_INK, width=1.0)
        yield _Text(x=x, y=low_y + 20.0, text=f"{tick:g}", size=12.0, anchor="middle")
    yield _Line(points=np.array([[_LEFT, low_y], [right, low_y]]), colour=_INK, width=1.2)
    yield _Text(
        x=0.5 * (_LEFT + right), y=low_y + 40.0, text="slant range, km", size=13.0, anchor="middle"
    )


def _legend(plot: RangePlot) -> Iterator[_Line | _Text]:
    named = [curve for curve in plot.curves if curve.label is not None]
    for n, curve in enumerate(named):
        y = PLOT_HEIGHT_PX - 82.0 + 17.0 * n
        left = _LEGEND_LEFT
        yield _Line(
            points=np.array([[left, y - 4.0], [left + 34.0, y - 4.0]]),
            colour=_COLOURS[curve.group % len(_COLOURS)],
            width=1.3 if curve.is_thin else 2.6,
            is_dashed=curve.is_dashed,
        )
        yield _Text(x=left + 44.0, y=y, text=str(curve.label), size=11.5)


def _nice_step(step: float) -> float:
    power = 10.0 ** np.floor(np.log10(step))
    return float(power * next(one for one in _STEPS if one * power >= step * 0.999))


def _x_px(range_km: Array, most_km: float) -> Array:
    x: Array = _LEFT + range_km / most_km * (WIDTH_PX - _LEFT - _RIGHT)
    return x


def _y_px(probability: Array) -> Array:
    y: Array = _TOP + (1.0 - probability) * (PLOT_HEIGHT_PX - _TOP - _BOTTOM)
    return y


def _svg_mark(mark: _Line | _Text) -> Markup:
    if isinstance(mark, _Text):
        return element(
            "text",
            mark.text,
            x=f"{mark.x:.1f}",
            y=f"{mark.y:.1f}",
            font_size=mark.size,
            fill=_INK,
            text_anchor=mark.anchor,
            font_weight="600" if mark.is_bold else None,
        )
    return element(
        "polyline",
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in mark.points),
        fill="none",
        stroke=mark.colour,
        stroke_width=mark.width,
        stroke_dasharray="6 4" if mark.is_dashed else None,
        stroke_linejoin="round",
    )


def _png(plot: RangePlot) -> bytes:
    """Return the same marks as a PNG, drawn at twice the size."""
    picture = np.full((_height_px(plot) * _PNG_SCALE, WIDTH_PX * _PNG_SCALE, 3), 255, np.uint8)
    for mark in _marks(plot):
        if isinstance(mark, _Text):
            _put_text(picture, mark)
        else:
            _put_line(picture, mark)
    return bytes(cv2.imencode(".png", picture)[1].tobytes())


def _put_line(picture: npt.NDArray[np.uint8], mark: _Line) -> None:
    points = mark.points * _PNG_SCALE
    width = max(1, round(mark.width * _PNG_SCALE))
    for part in _dashes(points) if mark.is_dashed else [points]:
        fixed = np.round(part * 16.0).astype(np.int32)[:, np.newaxis]
        cv2.polylines(picture, [fixed], False, _bgr(mark.colour), width, cv2.LINE_AA, 4)


def _dashes(points: Array) -> list[Array]:
    """Return the dashes of a line: 12 pixels drawn, 8 left out."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    starts = np.arange(0.0, along[-1], 20.0)
    return [
        np.stack([np.interp(at, along, points[:, axis]) for axis in (0, 1)], axis=1)
        for at in (np.linspace(start, min(start + 12.0, along[-1]), 5) for start in starts)
    ]


def _put_text(picture: npt.NDArray[np.uint8], mark: _Text) -> None:
    face, thickness = cv2.FONT_HERSHEY_SIMPLEX, 2 if mark.is_bold else 1
    scale = mark.size * _PNG_SCALE / 31.0
    (width, _), _ = cv2.getTextSize(mark.text, face, scale, thickness)
    shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[mark.anchor] * width
    place: Any = (round(mark.x * _PNG_SCALE - shift), round(mark.y * _PNG_SCALE))
    cv2.putText(picture, mark.text, place, face, scale, _bgr(_INK), thickness, cv2.LINE_AA)


def _bgr(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return blue, green, red
