"""Made-up missions for the tests of the report."""

import io
from typing import Any

import cv2
import numpy as np

from plainview.formats.report import Columns, Datum, ReportData, summarise_tracks
from plainview.formats.report.track_summaries import TrackSummary
from plainview.formats.wkb import polygon_wkb
from plainview.geo import destination, distance_and_bearing

START_US = 1_795_260_000_000_000
FRAME_US = 40_000
_TERMS = {"ee": (0, 0), "en": (0, 1), "nn": (1, 1), "eu": (0, 2), "nu": (1, 2), "uu": (2, 2)}


def make_frames(
    n_frames: int = 1500,
    *,
    center_deg: tuple[float, float] = (59.28, 18.95),
    radius_m: float = 2500.0,
    has_view: bool = True,
) -> dict[str, Any]:
    """Columns of an orbit about a place, with a gap of metadata two thirds through."""
    index = np.arange(n_frames)
    columns: dict[str, Any] = {
        "camera": np.array(["camera-1"] * n_frames, object),
        "frame_index": index,
        "video_time_us": index * FRAME_US,
        "registration_residual_px": np.full(n_frames, 0.21),
    }
    if not has_view:
        return columns
    angle = 200.0 + index / n_frames * 150.0
    sensor = destination(
        np.full(n_frames, center_deg[0]),
        np.full(n_frames, center_deg[1]),
        bearing_deg=angle,
        distance_m=np.full(n_frames, radius_m),
    )
    look = destination(
        np.full(n_frames, center_deg[0]),
        np.full(n_frames, center_deg[1]),
        bearing_deg=angle * 2.3,
        distance_m=np.full(n_frames, radius_m / 12),
    )
    methods = np.array(["interpolated"] * n_frames, object)
    methods[::11] = "exact"
    methods[n_frames * 60 // 100 : n_frames * 64 // 100] = "predicted"
    methods[n_frames * 64 // 100 : n_frames * 68 // 100] = "held"
    methods[n_frames * 68 // 100 : n_frames * 72 // 100] = None
    is_absent = np.array([method is None for method in methods])
    numbers = {
        "sensor_latitude_deg": sensor[0],
        "sensor_longitude_deg": sensor[1],
        "sensor_height_hae_m": np.full(n_frames, 620.0),
        "frame_center_latitude_deg": look[0],
        "frame_center_longitude_deg": look[1],
        "reported_frame_center_latitude_deg": look[0] + 2e-5,
        "reported_frame_center_longitude_deg": look[1],
        "metadata_age_s": np.abs(np.sin(index / 9.0)) * 0.1,
    }
    for name, values in numbers.items():
        columns[name] = np.where(is_absent, np.nan, values)
    columns["time_us"] = np.where(is_absent, np.nan, START_US + index * FRAME_US)
    columns["view_method"] = methods
    for name, word in (
        ("time_basis", "misp_corrected"),
        ("pose_basis", "relative"),
        ("angle_convention", "st0601"),
        ("surface", "sea_level"),
    ):
        columns[name] = np.array([None if absent else word for absent in is_absent], object)
    footprints: list[bytes | None] = [None] * n_frames
    for row in np.flatnonzero(~is_absent)[:: max(1, n_frames // 50)].tolist():
        center, ship = (look[0][row], look[1][row]), (sensor[0][row], sensor[1][row])
        footprints[row] = _footprint(center, ship, radius_m / 14)
    columns["footprint"] = footprints
    return columns


def _footprint(
    center_deg: tuple[float, float], sensor_deg: tuple[float, float], half_m: float
) -> bytes | None:
    _, away = distance_and_bearing(sensor_deg, center_deg)
    corners = destination(
        np.full(4, center_deg[0]),
        np.full(4, center_deg[1]),
        bearing_deg=float(away) + np.array([-30.0, 30.0, 142.0, 218.0]),
        distance_m=half_m * np.array([2.2, 2.2, 1.3, 1.3]),
    )
    return polygon_wkb(corners[1], corners[0])


def make_tracks(
    n_tracks: int,
    *,
    n_rows: int = 120,
    center_deg: tuple[float, float] = (59.28, 18.95),
    spread_m: float = 200.0,
    n_located: int | None = None,
    n_frames: int = 1500,
) -> dict[str, Any]:
    """Columns of tracks near a place, with long thin errors."""
    rng = np.random.default_rng(5)
    parts: list[dict[str, Any]] = []
    for track_id in range(1, n_tracks + 1):
        start = destination(
            *(np.array([c]) for c in center_deg),
            bearing_deg=np.array([rng.uniform(0, 360)]),
            distance_m=np.array([rng.uniform(0, spread_m)]),
        )
        course, speed = rng.uniform(0, 360), rng.uniform(0.3, 6.0)
        first = int(rng.integers(0, max(1, n_frames - n_rows)))
        frame = first + np.arange(n_rows)
        distance = speed * np.arange(n_rows) * FRAME_US / 1e6
        path = destination(
            np.full(n_rows, start[0][0]),
            np.full(n_rows, start[1][0]),
            bearing_deg=np.full(n_rows, course),
            distance_m=distance,
        )
        heading = np.radians(rng.uniform(0, 180))
        axis = np.array([np.sin(heading), np.cos(heading)])
        sigma_major, sigma_minor = rng.uniform(6, 25), rng.uniform(1.5, 5)
        cov = np.diag([sigma_minor**2, sigma_minor**2, 9.0])
        cov[:2, :2] += (sigma_major**2 - sigma_minor**2) * np.outer(axis, axis)
        is_located = n_located is None or track_id <= n_located
        place = np.nan if not is_located else 1.0
        parts.append(
            {
                "camera": np.array(["camera-1"] * n_rows, object),
                "track_id": np.full(n_rows, track_id),
                "temperature_c": np.full(n_rows, 30.0 + track_id if track_id % 2 else np.nan),
                "temperature_accuracy_k": np.full(n_rows, 2.0 if track_id % 2 else np.nan),
                "frame_index": frame,
                "video_time_us": frame * FRAME_US,
                "time_us": START_US + frame * float(FRAME_US) if is_located else frame * np.nan,
                "existence": np.full(n_rows, 0.97),
                "life_stage": np.array(["confirmed"] * n_rows, object),
                "label": np.array([None] * n_rows, object),
                "latitude_deg": path[0] * place,
                "longitude_deg": path[1] * place,
                "height_hae_m": np.full(n_rows, 23.5) * place,
                "surface": np.array(["sea_level" if is_located else None] * n_rows, object),
                "uncertainty_basis": np.array(["assumed" if is_located else None] * n_rows, object),
                "velocity_east_m_s": np.full(n_rows, speed * np.sin(np.radians(course))) * place,
                "velocity_north_m_s": np.full(n_rows, speed * np.cos(np.radians(course))) * place,
                **{f"cov_{t}_m2": np.full(n_rows, cov[i]) * place for t, i in _TERMS.items()},
            }
        )
    if not parts:
        return {}
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def make_jpeg(seed: int) -> bytes:
    rng = np.random.default_rng(seed)
    picture = cv2.GaussianBlur(rng.integers(60, 130, (96, 96)).astype(np.uint8), (0, 0), 1.2)
    cv2.ellipse(picture, (48, 48), (14, 6), seed * 25.0, 0, 360, 235, -1, cv2.LINE_AA)
    _, jpeg = cv2.imencode(".jpg", picture)
    return io.BytesIO(jpeg.tobytes()).getvalue()


def make_mission(**changes: Any) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "mission_id": "5b0d6a3e-3a2f-4b39-9f0e-1a2b3c4d5e6f",
        "state": "complete",
        "source_kind": "footage",
        "cameras": [{"name": "camera-1", "band": "LWIR", "width_px": 1280, "height_px": 720}],
        "inputs": [{"name": "archipelago_0412.ts", "size": 48_211_992, "sha256": "ab" * 32}],
        "settings": {"operator": "M. Lindqvist", "purpose": "search and rescue", "overlay": True},
        "software": {"plainview": "0.1.0", "python": "3.11.7", "av": "18.1.0"},
        "counts": {"frames": 1500, "packets": 610, "packets_damaged": 2},
        "security_marking": "UNCLASSIFIED//",
        "core_identifier": None,
        "warnings": [
            {
                "code": "klv_checksum",
                "count": 2,
                "first": "packet 17, 00:00:03.2",
                "what": "A metadata packet has a checksum that does not fit.",
                "mend": "Its values were not used; look at the link that recorded it.",
            },
            {
                "code": "metadata_gap",
                "count": 1,
                "first": "00:00:40.8",
                "what": "The metadata stops for 2.4 s while the video goes on.",
                "mend": "Positions there are not given; compare with the frames before and after.",
            },
        ],
        **changes,
    }


EVENTS = (
    {
        "kind": "metadata_gap",
        "what": "No metadata for 2.4 s",
        "video_time_us": 40_800_000,
        "details": {"duration_s": 2.4},
    },
    {"kind": "restart", "what": "The picture was cut", "video_time_us": 12_000_000, "details": {}},
)


def summaries_of(
    tracks: dict[str, Any], frames: dict[str, Any], *, n_rows: int = 1_000_000
) -> list[TrackSummary]:
    """What is said of tracks whose rows come in order of time, so many at a time."""
    order = np.argsort(tracks["video_time_us"], kind="stable") if tracks else np.zeros(0, int)
    parts = [order[start : start + n_rows] for start in range(0, len(order), n_rows)]
    return summarise_tracks(
        lambda names: [
            Columns(columns={name: [tracks[name][row] for row in part] for name in names})
            for part in parts
        ],
        Columns(columns=frames),
    )


def make_report(
    n_tracks: int = 5,
    *,
    tracks: dict[str, Any] | None = None,
    frames: dict[str, Any] | None = None,
    **changes: Any,
) -> ReportData:
    """A report of a mission with tracks, the last of which is not located."""
    if tracks is None:
        tracks = make_tracks(n_tracks, n_located=max(n_tracks - 1, 1))
    frames = make_frames() if frames is None else frames
    values: dict[str, Any] = {
        "mission": make_mission(),
        "frames": Columns(columns=frames),
        "tracks": summaries_of(tracks, frames),
        "footprints": [blob for blob in frames.get("footprint", ()) if blob],
        "events": EVENTS,
        "thumbnails": {track: make_jpeg(track) for track in range(1, n_tracks)},
        "datum": Datum(name="Last known position", latitude_deg=59.284, longitude_deg=18.93),
    }
    return ReportData(**{**values, **changes})
