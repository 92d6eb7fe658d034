"""The map: land, graticule, flight, footprints and tracks with their ellipses, as inline SVG."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.formats.coast import read_coast
from plainview.formats.report.data import ReportData
from plainview.formats.report.map_frame import MapFrame, graticule_step_deg, nice_length_m
from plainview.formats.report.markup import Markup, element, join
from plainview.formats.report.track_summaries import TrackSummary
from plainview.geo import destination

__all__ = ["MOST_FOOTPRINTS", "map_section"]

Array = npt.NDArray[np.float64]

_ASPECT: Final = 4.0 / 3.0
_ASPECT_ALONE: Final = 16.0 / 9.0
_BUTTONS_PX: Final = 62.0
"""Height at the map's top left that its buttons take."""
MOST_FOOTPRINTS: Final = 20
_MOST_FLIGHT_POINTS: Final = 800
_MOST_TRACKS: Final = 300
_LAND_TIMES: Final = 8.0
"""How many times what is shown the land reaches, for those who zoom out."""
_BACKDROP_BELOW_M: Final = 20_000.0
_WKB_RING_OFFSET: Final = 13


def map_section(data: ReportData, tracks: list[TrackSummary]) -> Markup | None:
    """Return the map of the mission, a closer one of its tracks, and the legend.

    None where no place is known; the closer one is left out where it would be the same.
    """
    places = _places_deg(data, tracks)
    if not len(places):
        return None
    wide = MapFrame.around(places, aspect=_ASPECT)
    close = _close_frame(tracks, wide)
    if close is None:
        wide = MapFrame.around(places, aspect=_ASPECT_ALONE)
        maps = [_map(data, tracks, wide, title="The mission")]
    else:
        maps = [
            _map(data, tracks, wide, title="The mission", is_named=False),
            _map(data, tracks, close, title="The tracks"),
        ]
    legend = _legend(tracks, close or wide)
    return element("section", element("div", *maps, class_="maps"), legend, id="maps")


def _close_frame(tracks: list[TrackSummary], wide: MapFrame) -> MapFrame | None:
    """Return a frame of the tracks and their ellipses; None where it is hardly a closer one."""
    places = [track.place for track in tracks if track.place is not None]
    if not places:
        return None
    middles = np.array([(place.latitude_deg, place.longitude_deg) for place in places])
    paths = [track.path_deg for track in tracks if len(track.path_deg)]
    near = _without_outliers(np.concatenate([middles, *paths]))
    is_near = np.all((near.min(axis=0) <= middles) & (middles <= near.max(axis=0)), axis=1)
    axes = np.array([place.semi_axes_95_m[0] for place in places])[is_near]
    reach = 1.15 * np.repeat(np.nan_to_num(axes), 4)
    middle = np.repeat(middles[is_near], 4, axis=0)
    bearing = np.tile([0.0, 90.0, 180.0, 270.0], int(is_near.sum()))
    rims = destination(middle[:, 0], middle[:, 1], bearing_deg=bearing, distance_m=reach)
    located = np.concatenate([np.stack(rims, axis=1), near])
    close = MapFrame.around(located, aspect=_ASPECT)
    return close if close.width_m < wide.width_m / 3.0 else None


def _map(
    data: ReportData,
    tracks: list[TrackSummary],
    frame: MapFrame,
    *,
    title: str,
    is_named: bool = True,
) -> Markup:
    """Return one map; where tracks are not named, they are too close together for it."""
    shown = tracks[:_MOST_TRACKS]
    layers = [
        element("rect", class_="sea", **_rect(frame, times=_LAND_TIMES)),
        _land(frame),
        element("g", *_graticule(frame), class_="graticule"),
        *_footprints(data, frame),
        _flight(data, frame),
        element("g", *(_track(track, frame, is_named=is_named) for track in shown)),
        *_datum(data, frame),
    ]
    svg = element(
        "svg",
        *layers,
        viewBox=_view_box(frame),
        style=f"aspect-ratio:{frame.aspect:.4f}",
        role="img",
        aria_label=f"Map: {title.lower()}",
        data_latitude=f"{frame.latitude_deg:.7f}",
        data_longitude=f"{frame.longitude_deg:.7f}",
        data_east=f"{frame.metres_per_degree[0]:.3f}",
        data_north=f"{frame.metres_per_degree[1]:.3f}",
    )
    box = element("div", svg, _north(), _scale_bar(frame), _buttons(), class_="mapbox")
    return element("figure", element("figcaption", title), box)


def _places_deg(data: ReportData, tracks: list[TrackSummary]) -> Array:
    """Return the places that the map must hold at first (n, 2)."""
    frames = data.frames
    sensor = np.stack(
        [frames.numbers("sensor_latitude_deg"), frames.numbers("sensor_longitude_deg")], axis=1
    )
    center = np.stack(
        [
            frames.numbers("frame_center_latitude_deg"),
            frames.numbers("frame_center_longitude_deg"),
        ],
        axis=1,
    )
    located = [track.path_deg for track in tracks if len(track.path_deg)]
    places = np.concatenate([sensor, _without_outliers(center), *located, np.empty((0, 2))])
    kept: Array = places[np.isfinite(places).all(axis=1)]
    return np.concatenate([kept, *_small_rings(data, kept)]) if len(kept) else kept


def _small_rings(data: ReportData, places: Array) -> list[Array]:
    """Return the footprints (k, 2) that do not make the map of the places much larger."""
    rings = [ring[:, ::-1] for ring in _footprint_rings_deg(data)]
    most_deg = 1.5 * np.ptp(places, axis=0).max()
    return [ring for ring in rings if np.ptp(ring, axis=0).max() <= most_deg]


def _without_outliers(places: Array) -> Array:
    """Return the places but the 3 % farthest from their middle: a look at the horizon."""
    known = places[np.isfinite(places).all(axis=1)]
    if len(known) < 10:
        return known
    away = np.abs((known - np.median(known, axis=0) + 180.0) % 360.0 - 180.0).max(axis=1)
    kept: Array = known[away <= np.quantile(away, 0.97)]
    return kept


def _view_box(frame: MapFrame) -> str:
    left, top = -frame.width_m / 2, -frame.height_m / 2
    return f"{left:.3f} {top:.3f} {frame.width_m:.3f} {frame.height_m:.3f}"


def _rect(frame: MapFrame, *, times: float) -> dict[str, float]:
    width, height = times * frame.width_m, times * frame.height_m
    return {"x": -width / 2, "y": -height / 2, "width": width, "height": height}


def _path_data(points: Array, frame: MapFrame, *, is_closed: bool = False) -> str:
    """Return a line of points (n, 2) as the commands of a path, in steps that need few digits."""
    scale = 10**frame.decimals
    fixed = np.rint(points * scale).astype(np.int64)
    steps = np.diff(fixed, axis=0)
    steps = steps[np.any(steps != 0, axis=1)]
    numbers = [_number(v, frame.decimals) for v in (*fixed[0].tolist(), *steps.ravel().tolist())]
    pairs = " ".join(f"{x},{y}" for x, y in zip(numbers[::2], numbers[1::2], strict=True))
    return f"m{pairs}{'z' if is_closed else ''}"


def _number(fixed: int, decimals: int) -> str:
    text = f"{fixed / 10**decimals:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


def _land(frame: MapFrame) -> Markup:
    low, high = frame.box_deg(times=_LAND_TIMES)
    rings = read_coast().clip(low_deg=low, high_deg=high)
    east_m, north_m = frame.metres_per_degree
    origin = np.array([frame.longitude_deg, frame.latitude_deg])
    projected = [(ring - origin) * np.array([east_m, -north_m]) for ring in rings]
    commands = "".join(_path_data(ring, frame, is_closed=True) for ring in projected)
    return element("path", class_="land", d=commands)


def _graticule(frame: MapFrame) -> Iterable[Markup]:
    """Return the lines of round latitude and longitude over what is shown, with labels."""
    east_m, north_m = frame.metres_per_degree
    half_x, half_y = frame.width_m / 2, frame.height_m / 2
    step = graticule_step_deg(frame.width_m / east_m)
    first, last = _multiples(frame.longitude_deg, half_x / east_m, step)
    for number in range(first, last + 1):
        longitude = number * step
        x = (longitude - frame.longitude_deg) * east_m
        yield element("line", x1=f"{x:.3f}", x2=f"{x:.3f}", y1=-half_y, y2=half_y)
        text = _angle_label(longitude, "EW", step)
        yield _fixed(frame, x, half_y, element("text", text, x=4, y=-6))
    step = graticule_step_deg(2.0 * frame.height_m / north_m)
    first, last = _multiples(frame.latitude_deg, half_y / north_m, step)
    for number in range(first, last + 1):
        y = (frame.latitude_deg - number * step) * north_m
        yield element("line", x1=-half_x, x2=half_x, y1=f"{y:.3f}", y2=f"{y:.3f}")
        if y + half_y > _BUTTONS_PX * frame.metres_per_px:
            text = _angle_label(number * step, "NS", step)
            yield _fixed(frame, -half_x, y, element("text", text, x=6, y=-4))


def _multiples(middle: float, half: float, step: float) -> tuple[int, int]:
    return int(np.ceil((middle - half) / step)), int(np.floor((middle + half) / step))


def _angle_label(angle_deg: float, letters: str, step_deg: float) -> str:
    """Return an angle in degrees and minutes, with the decimals that the step needs."""
    if letters == "EW":
        angle_deg = (angle_deg + 180.0) % 360.0 - 180.0
    decimals = max(0, int(np.ceil(-np.log10(step_deg * 60.0) - 1e-9)))
    per_degree = 60 * 10**decimals
    degrees, rest = divmod(round(abs(angle_deg) * per_degree), per_degree)
    width = 2 + (decimals + 1 if decimals else 0)
    minutes = f"{rest / 10**decimals:0{width}.{decimals}f}"
    return f"{degrees}°{minutes}′{letters[1] if angle_deg < 0 else letters[0]}"


def _fixed(frame: MapFrame, x: float, y: float, *children: Markup | None) -> Markup:
    """Return a group whose content keeps its size on the screen however the map is zoomed."""
    place = f"translate({x:.3f} {y:.3f})"
    return element(
        "g",
        *children,
        class_="fixed",
        transform=f"{place} scale({frame.metres_per_px:.5g})",
        data_place=place,
    )


def _thinned(n: int, most: int) -> npt.NDArray[np.int64]:
    return np.unique(np.linspace(0, n - 1, min(n, most)).round()).astype(np.int64)


def _footprint_rings_deg(data: ReportData) -> list[Array]:
    """Return some of the footprints, each (k, 2) longitude and latitude, from WKB."""
    blobs = data.footprints
    rows = _thinned(len(blobs), MOST_FOOTPRINTS).tolist() if blobs else []
    return [
        np.frombuffer(blobs[row], "<f8", offset=_WKB_RING_OFFSET).reshape(-1, 2) for row in rows
    ]


def _footprints(data: ReportData, frame: MapFrame) -> Iterable[Markup]:
    """Return the ground that was seen as one patch, and the outlines that made it."""
    rings = [frame.project(ring[:, 1], ring[:, 0]) for ring in _footprint_rings_deg(data)]
    commands = [_path_data(ring, frame, is_closed=True) for ring in rings]
    yield element("g", *(element("path", d=d) for d in commands), class_="seen")
    for number, d in enumerate(commands, start=1):
        last = " last" if number == len(commands) else ""
        yield element("path", class_=f"outline{last}", d=d)


def _flight(data: ReportData, frame: MapFrame) -> Markup | None:
    latitude = data.frames.numbers("sensor_latitude_deg")
    longitude = data.frames.numbers("sensor_longitude_deg")
    known = np.flatnonzero(np.isfinite(latitude) & np.isfinite(longitude))
    if not len(known):
        return None
    rows = known[_thinned(len(known), _MOST_FLIGHT_POINTS)]
    points = frame.project(latitude[rows], longitude[rows])
    return join(
        element("path", class_="flight halo", d=_path_data(points, frame)),
        element("path", class_="flight", d=_path_data(points, frame)),
        *_aircraft(points, frame),
    )


def _aircraft(points: Array, frame: MapFrame) -> Iterable[Markup]:
    """Return where the flight starts, and an arrow where it ends."""
    yield _fixed(frame, *points[0].tolist(), element("circle", class_="start", r=4))
    ahead = points[-1] - points[max(0, len(points) - 6)]
    turn = float(np.degrees(np.arctan2(ahead[0], -ahead[1])))
    shape = element("path", class_="ship", d="M0-11 7 8 0 4-7 8Z", transform=f"rotate({turn:.1f})")
    yield _fixed(frame, *points[-1].tolist(), shape)


def _track(track: TrackSummary, frame: MapFrame, *, is_named: bool) -> Markup | None:
    """Return a track: its path, the 95 % ellipse of its last place, its identity."""
    place = track.place
    if place is None:
        return None
    points = frame.project(track.path_deg[:, 0], track.path_deg[:, 1])
    x, y = frame.project(np.array([place.latitude_deg]), np.array([place.longitude_deg]))[0]
    ellipse = None
    if np.isfinite(place.semi_axes_95_m[0]):
        ellipse = element(
            "ellipse",
            rx=f"{place.semi_axes_95_m[0]:.3f}",
            ry=f"{place.semi_axes_95_m[1]:.3f}",
            transform=f"translate({x:.3f} {y:.3f}) rotate({place.ellipse_heading_deg - 90.0:.2f})",
        )
    name = str(track.track_id)
    dot = element("circle", r=3.5)
    text = element("text", name, x=7, y=-7) if is_named else None
    return element(
        "a",
        element("title", f"Track {name}"),
        element("path", class_="path", d=_path_data(points, frame)) if len(points) > 1 else None,
        ellipse,
        _fixed(frame, float(x), float(y), dot, text),
        href=f"#track-{name}",
        class_="track",
    )


def _datum(data: ReportData, frame: MapFrame) -> Iterable[Markup]:
    if data.datum is None:
        return
    place = np.array([data.datum.latitude_deg]), np.array([data.datum.longitude_deg])
    x, y = frame.project(*place)[0].tolist()
    cross = element("path", class_="datum", d="M-8 0H8M0-8V8")
    yield _fixed(frame, x, y, cross, element("text", data.datum.name, x=9, y=14))


def _north() -> Markup:
    arrow = element("path", d="M14 3 21 27 14 22 7 27Z")
    svg = element("svg", arrow, viewBox="0 0 28 30", aria_hidden="true")
    return element("div", svg, element("span", "N"), class_="north", title="True north is up")


def _scale_bar(frame: MapFrame) -> Markup:
    length_m = nice_length_m(0.22 * frame.width_m)
    text = f"{length_m:g} m" if length_m < 1000 else f"{length_m / 1000:g} km"
    share = 100.0 * length_m / frame.width_m
    return element(
        "div",
        element("span", text),
        class_="scalebar",
        style=f"width:{share:.2f}%",
    )


def _buttons() -> Markup:
    actions = (("in", "+", "Zoom in"), ("out", "−", "Zoom out"), ("home", "⟲", "Back to start"))
    return element(
        "div",
        *(
            element("button", text, type="button", data_map=action, title=title, aria_label=title)
            for action, text, title in actions
        ),
        class_="mapbuttons",
        hidden=True,
    )


def _legend(tracks: list[TrackSummary], frame: MapFrame) -> Markup:
    located = sum(track.place is not None for track in tracks)
    notes = [
        element("span", element("i", class_="key flight"), "own ship, arrow at its end"),
        element(
            "span",
            element("i", class_="key footprint"),
            "ground seen in some frames, the last outlined",
        ),
        element("span", element("i", class_="key track"), "track: path, last place, 95 % ellipse"),
    ]
    land = "Land: Natural Earth 1:50m, hundreds of metres off."
    if frame.width_m < _BACKDROP_BELOW_M:
        land += " At this scale it is only a backdrop: do not judge by it what is shore or sea."
    more = (
        f" The map shows the first {_MOST_TRACKS} of {located} located tracks."
        if located > _MOST_TRACKS
        else ""
    )
    note = f"WGS84, true north up. {land}{more}"
    return element("p", *notes, element("span", note, class_="note"), class_="legend")
