"""One caption of a DJI drone's subtitle file: where the drone was and how its camera looked.

Three families are told apart by what a caption holds, not by the model, which is not named:

- **brackets** (Mavic 2 to Mini 5, Air, Neo): ``[latitude: 41.4] [rel_alt: 6.0 abs_alt: 120.1]``,
  one caption a frame, ``longtitude`` misspelt by some;
- **commas** (Phantom 4 RTK, Mavic Mini): ``GPS (lon, lat, satellites), H 85.8m, G.PRY (..)``;
- **lines** (Mavic Pro, Matrice): ``GPS(lon,lat,satellites) BAROMETER:1.9`` or ``Hb:1.9``, and
  ``GPS(lat,lon,height M)`` where the third is a height.

A value that is not known is None. Which of two numbers is the longitude is tested against the
caption's own HOME and the ranges of both.

Source:
    The captions themselves: fifteen files of eleven models in public collections (MIT).
"""

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Final

__all__ = ["DjiCaption", "parse_dji_caption"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DjiCaption:
    """One caption. What it does not say is None.

    Args:
        start_us: When it begins to be shown, on the video's clock from its beginning.
        end_us: When it ends.
        local_time: What the drone's clock showed; its zone is not said.
        latitude_deg: WGS84; longitude likewise.
        takeoff_height_m: Above the place of take-off, by the barometer.
        absolute_altitude_m: What the drone calls its absolute altitude (``abs_alt``).
        unnamed_altitude_m: An ``altitude`` of which nothing says what it is above.
        home_latitude_deg: Of the place of take-off; longitude likewise.
        n_satellites: Of the position fix.
        flight_heading_deg: Of the aircraft, clockwise from north; pitch and roll likewise.
        gimbal_heading_deg: Of the camera, clockwise from north.
        gimbal_pitch_deg: Of the camera above the horizon.
        gimbal_roll_deg: Of the camera, clockwise as seen from behind.
        focal_length_35mm: As if the picture were a 35 mm film frame, by its diagonal.
        digital_zoom: Times.
        position_step_deg: What the last digit of its position stands for.
    """

    start_us: int
    end_us: int
    local_time: dt.datetime | None = None
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    takeoff_height_m: float | None = None
    absolute_altitude_m: float | None = None
    unnamed_altitude_m: float | None = None
    home_latitude_deg: float | None = None
    home_longitude_deg: float | None = None
    n_satellites: int | None = None
    flight_heading_deg: float | None = None
    flight_pitch_deg: float | None = None
    flight_roll_deg: float | None = None
    gimbal_heading_deg: float | None = None
    gimbal_pitch_deg: float | None = None
    gimbal_roll_deg: float | None = None
    focal_length_35mm: float | None = None
    digital_zoom: float | None = None
    position_step_deg: float = 1e-6

    @property
    def has_position(self) -> bool:
        """Whether it says where the drone was."""
        return self.latitude_deg is not None and self.longitude_deg is not None

    @property
    def has_gimbal(self) -> bool:
        """Whether it says how the camera looked."""
        return self.gimbal_heading_deg is not None and self.gimbal_pitch_deg is not None


def parse_dji_caption(times_us: tuple[int, int], body: str) -> tuple[DjiCaption, str] | None:
    """Return a caption and the name of its family; None where it is of none.

    Args:
        times_us: When it begins and ends, on the video's clock.
        body: Its text, below the line of its times.
    """
    words = re.sub(r"<[^>]*>", " ", body)
    bare = DjiCaption(start_us=times_us[0], end_us=times_us[1], local_time=_local_time(words))
    if "[" in words and re.search(r"\[\s*(?:latitude|longt?itude)", words, re.IGNORECASE):
        return _from_brackets(bare, words), "brackets"
    if re.search(r"GPS\s*\(", words):
        is_lines = re.search(r"BAROMETER|Hb:|HOME\(", words) is not None
        return _from_words(bare, words), "lines" if is_lines else "commas"
    return None


_CLOCK: Final = re.compile(
    r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})\s+(\d{1,2}):(\d\d):(\d\d)(?:[.,](\d{3}))?(?:[.,](\d{3}))?"
)


def _local_time(words: str) -> dt.datetime | None:
    match = _CLOCK.search(words)
    if match is None:
        return None
    year, month, day, hour, minute, second, millis, micros = (
        int(each or 0) for each in match.groups()
    )
    try:
        date = dt.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return None
    return date + dt.timedelta(milliseconds=millis, microseconds=micros)


_NUMBER: Final = r"([-+]?\d+(?:\.\d+)?)"
_KEY_VALUE: Final = re.compile(r"([A-Za-z_][A-Za-z_ ]*?)\s*:\s*([-+]?\d+(?:\.\d+)?)(?![\d/])")
_KEYS: Final = {
    "latitude": "latitude_deg",
    "longitude": "longitude_deg",
    "longtitude": "longitude_deg",
    "rel_alt": "takeoff_height_m",
    "abs_alt": "absolute_altitude_m",
    "altitude": "unnamed_altitude_m",
    "gb_yaw": "gimbal_heading_deg",
    "gb_pitch": "gimbal_pitch_deg",
    "gb_roll": "gimbal_roll_deg",
    "focal_len": "focal_length_35mm",
    "dzoom_ratio": "digital_zoom",
}
_TENTHS: Final = 10.0
"""A focal length without a point is in tenths of a millimetre, as models before 2023 write it."""
_ZOOM_UNIT: Final = 10_000.0


def _from_brackets(bare: DjiCaption, words: str) -> DjiCaption:
    found: dict[str, float] = {}
    step_deg = 1e-6
    for group in re.findall(r"\[([^\]]*)\]?", words):
        for key, value in _KEY_VALUE.findall(group):
            name = _KEYS.get(key.strip().lower())
            if name is None:
                continue
            found.setdefault(name, float(value))
            if name == "latitude_deg":
                step_deg = _step(value)
            if name == "focal_length_35mm" and "." not in value:
                found[name] = float(value) / _TENTHS
    if found.get("digital_zoom", 0.0) >= _ZOOM_UNIT:
        found["digital_zoom"] /= _ZOOM_UNIT
    caption = replace(bare, position_step_deg=step_deg, **found)  # type: ignore[arg-type]
    return _without_nonsense(caption)


_GPS: Final = re.compile(
    rf"GPS\s*\(\s*{_NUMBER}\s*,\s*{_NUMBER}\s*(?:,\s*{_NUMBER}\s*(M?))?", re.IGNORECASE
)
_HOME: Final = re.compile(rf"HOME\s*\(\s*{_NUMBER}\s*,\s*{_NUMBER}", re.IGNORECASE)
_HEIGHT: Final = re.compile(rf"(?:\bH|BAROMETER\s*:|\bHb\s*:)\s*{_NUMBER}\s*[mM]?(?![\w.]*/s)")
_ATTITUDE: Final = r"{}\s*\(\s*{}\D*?,\s*{}\D*?,\s*{}"


def _from_words(bare: DjiCaption, words: str) -> DjiCaption:
    caption = bare
    gps, home = _GPS.search(words), _HOME.search(words)
    if gps is not None:
        first, second = float(gps[1]), float(gps[2])
        is_latitude_first = bool(gps[4]) and home is None
        latitude, longitude = (first, second) if is_latitude_first else (second, first)
        if abs(latitude) > 90.0 >= abs(longitude):
            latitude, longitude = longitude, latitude
        caption = replace(
            caption,
            latitude_deg=latitude,
            longitude_deg=longitude,
            position_step_deg=_step(gps[1]),
        )
        if gps[3] and not gps[4]:
            caption = replace(caption, n_satellites=int(float(gps[3])))
    if home is not None:
        caption = replace(
            caption, home_longitude_deg=float(home[1]), home_latitude_deg=float(home[2])
        )
    height = _HEIGHT.search(words)
    if height is not None:
        caption = replace(caption, takeoff_height_m=float(height[1]))
    flight, gimbal = _attitude(r"F\.PRY", words), _attitude(r"G\.PRY", words)
    if flight is not None:
        pitch, roll, heading = flight
        caption = replace(
            caption, flight_pitch_deg=pitch, flight_roll_deg=roll, flight_heading_deg=heading
        )
    if gimbal is not None:
        pitch, roll, heading = gimbal
        caption = replace(
            caption, gimbal_pitch_deg=pitch, gimbal_roll_deg=roll, gimbal_heading_deg=heading
        )
    return _without_nonsense(caption)


def _step(number: str) -> float:
    """Return what the last digit of a written number stands for."""
    return 10.0 ** -len(number.partition(".")[2])


def _attitude(name: str, words: str) -> tuple[float, float, float] | None:
    match = re.search(_ATTITUDE.format(name, _NUMBER, _NUMBER, _NUMBER), words)
    return None if match is None else (float(match[1]), float(match[2]), float(match[3]))


def _without_nonsense(caption: DjiCaption) -> DjiCaption:
    """Return the caption without a position that is none: off the earth, or null island."""
    latitude, longitude = caption.latitude_deg, caption.longitude_deg
    if latitude is None or longitude is None:
        return replace(caption, latitude_deg=None, longitude_deg=None)
    is_place = abs(latitude) <= 90.0 and abs(longitude) <= 180.0
    if is_place and (latitude, longitude) != (0.0, 0.0):
        return caption
    return replace(caption, latitude_deg=None, longitude_deg=None)
