"""Every kind of source that is read, small and healthy: written into a folder, by name.

The pictures of the videos are drawn, and what lies beside them says the true pose, so that runs
locate tracks. Mutations and kills go through this one list.
"""

import datetime as dt
import json
import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import av
import cv2
import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
from av.stream import Stream
from pymavlink.dialects.v20 import common as mavlink

from bench.drawn_scene import read_scenario
from bench.drawn_scene.drawn_clip import write_drawn_clip
from plainview.formats.raw_klv import read_klv_payloads
from tests.formats.camera_clips import write_day_and_thermal
from tests.formats.camera_streams import join_streams
from tests.formats.cptv_files import write_cptv
from tests.formats.deep_clips import write_deep_clip
from tests.formats.still_files import (
    dji_raw_jpeg,
    drone_xmp,
    exif_bytes,
    flir_jpeg,
    jpeg_of,
    with_segments,
)

__all__ = ["SOURCE_KINDS", "Scale", "SourceKind", "Written"]

Truth = dict[str, list[Any]]
_POSE_COLUMNS: Final = (
    *("latitude_deg", "longitude_deg", "height_hae_m", "camera_heading_deg"),
    *("camera_elevation_deg", "camera_roll_deg", "horizontal_fov_deg", "vertical_fov_deg"),
)
_XMP: Final = {
    "GpsLatitude": "+59.9000000",
    "GpsLongitude": "+10.7000000",
    "AbsoluteAltitude": "+120.0",
    "RelativeAltitude": "+100.0",
    "GimbalYawDegree": "-90.0",
    "GimbalPitchDegree": "-60.0",
    "GimbalRollDegree": "+0.0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is written.

    Args:
        duration_s: Of videos.
        size_px: Width and height of their pictures.
        n_stills: How many stills, or pictures of a clip.
        still_px: Width and height of those.
    """

    duration_s: float = 0.32
    size_px: tuple[int, int] = (128, 96)
    n_stills: int = 3
    still_px: tuple[int, int] = (64, 48)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written.

    Args:
        given: What a command is given: a file, or a folder.
        settings: Tables of the settings that belong to it.
    """

    given: Path
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKind:
    """A kind of source.

    Args:
        write: Writes one into an empty folder.
        mutated: Patterns of the names in it that mutations go through.
        is_text: Whether those are text.
        is_processed: Whether ``process`` takes it; else it is for ``inspect`` alone.
    """

    write: Callable[[Path, Scale], Written]
    mutated: tuple[str, ...]
    is_text: bool = False
    is_processed: bool = True


def _drawn(folder: Path, scale: Scale) -> tuple[Path, Truth]:
    """Draw the scene beside a folder, not in it: a folder with its truth is no plain source."""
    rescue = read_scenario("rescue")
    width_px, height_px = scale.size_px
    camera = replace(rescue.camera, width_px=width_px, height_px=height_px)
    scenario = replace(rescue, camera=camera, duration_s=scale.duration_s)
    clip = write_drawn_clip(folder.parent / f"{folder.name}-drawn", scenario, seed=1)
    truth: Truth = pq.read_table(clip.truth_frames).to_pydict()
    return clip.video, truth


def _remuxed(clip: Path, out: Path, *, has_klv: bool) -> None:
    """Put a clip's video, and its metadata where it is asked for, into another container."""
    with av.open(str(clip)) as source, av.open(str(out), "w") as output:
        video = source.streams.video[0]
        streams: dict[int, Stream] = {video.index: output.add_stream_from_template(video)}
        if has_klv:
            streams[source.streams.data[0].index] = output.add_data_stream("bin_data")
        for packet in source.demux([source.streams[index] for index in streams]):
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                output.mux(packet)


def _transport_stream(folder: Path, scale: Scale) -> Written:
    given = folder / "flight.ts"
    given.write_bytes(_drawn(folder, scale)[0].read_bytes())
    return Written(given=given)


def _two_cameras(folder: Path, scale: Scale) -> Written:
    beside = folder.parent / f"{folder.name}-drawn"
    clips = write_day_and_thermal(beside, duration_s=scale.duration_s, width_px=scale.size_px[0])
    return Written(given=join_streams(folder / "flight.ts", clips))


def _mp4_with_klv(folder: Path, scale: Scale) -> Written:
    given = folder / "flight.mp4"
    _remuxed(_drawn(folder, scale)[0], given, has_klv=True)
    return Written(given=given)


def _raw_klv(folder: Path, scale: Scale) -> Written:
    given = folder / "flight.klv"
    payloads = read_klv_payloads(_drawn(folder, scale)[0])
    given.write_bytes(b"".join(each.data for each in payloads))
    return Written(given=given)


def _beside_video(folder: Path, scale: Scale) -> tuple[Path, Truth]:
    clip, truth = _drawn(folder, scale)
    _remuxed(clip, folder / "flight.mp4", has_klv=False)
    return folder / "flight.mp4", truth


def _dji_captions(folder: Path, scale: Scale) -> Written:
    given, truth = _beside_video(folder, scale)
    lines: list[str] = []
    for number, row in enumerate(range(0, len(truth["time_us"]), 3), 1):
        ms = [round(1e3 * row / 30), round(1e3 * (row + 3) / 30)]
        yaw = (truth["camera_heading_deg"][row] + 180.0) % 360.0 - 180.0
        lines += [
            str(number),
            " --> ".join(f"00:00:{each // 1000:02d},{each % 1000:03d}" for each in ms),
            f"2026-06-01 14:00:{ms[0] // 1000:02d}.{ms[0] % 1000:03d}",
            f"[focal_len: 24.00] [latitude: {truth['sensor_latitude_deg'][row]:.6f}]"
            f" [longitude: {truth['sensor_longitude_deg'][row]:.6f}]"
            f" [rel_alt: 500.0 abs_alt: {truth['sensor_altitude_msl_m'][row]:.3f}]"
            f" [gb_yaw: {yaw:.1f} gb_pitch: {truth['camera_elevation_deg'][row]:.1f}"
            f" gb_roll: {truth['camera_roll_deg'][row]:.1f}]",
            "",
        ]
    (folder / "flight.srt").write_text("\n".join(lines))
    return Written(given=given)


def _poses(truth: Truth) -> list[dict[str, float]]:
    """Return the true pose of each frame under the names of a pose table."""
    rows = []
    for row in range(len(truth["time_us"])):
        pose = {"video_time_s": truth["video_time_us"][row] / 1e6}
        for name in _POSE_COLUMNS:
            is_of_camera = name.startswith(("camera", "horizontal", "vertical"))
            pose[name] = truth[name if is_of_camera else f"sensor_{name}"][row]
        rows.append(pose)
    return rows


def _pose_csv(folder: Path, scale: Scale) -> Written:
    given, truth = _beside_video(folder, scale)
    rows = _poses(truth)
    lines = [",".join(rows[0])]
    lines += [",".join(f"{value:.9g}" for value in row.values()) for row in rows]
    (folder / "flight.csv").write_text("\n".join(lines))
    return Written(given=given)


def _pose_geojson(folder: Path, scale: Scale) -> Written:
    given, truth = _beside_video(folder, scale)
    features = []
    for pose in _poses(truth):
        place = [pose.pop(name) for name in ("longitude_deg", "latitude_deg", "height_hae_m")]
        point = {"type": "Point", "coordinates": place}
        features.append({"type": "Feature", "geometry": point, "properties": pose})
    collection = {"type": "FeatureCollection", "features": features}
    (folder / "flight.geojson").write_text(json.dumps(collection))
    return Written(given=given)


def _mavlink_log(folder: Path, scale: Scale) -> Written:
    given, truth = _beside_video(folder, scale)
    link = mavlink.MAVLink(None, srcSystem=1, srcComponent=1)
    log = bytearray()
    for row, time_us in enumerate(truth["time_us"]):
        boot_ms = 60_000 + round((time_us - truth["time_us"][0]) / 1e3)
        degrees = [truth[f"sensor_{name}_deg"][row] for name in ("latitude", "longitude")]
        place = [round(1e7 * each) for each in degrees]
        height_mm = round(1e3 * truth["sensor_altitude_msl_m"][row])
        names = ("roll", "pitch", "heading")
        angles = [math.radians(truth[f"platform_{name}_deg"][row]) for name in names]
        looking = [truth[f"camera_{name}_deg"][row] for name in ("roll", "elevation", "heading")]
        for message in (
            mavlink.MAVLink_global_position_int_message(boot_ms, *place, height_mm, 0, 0, 0, 0, 0),
            mavlink.MAVLink_attitude_message(boot_ms, *angles, 0.0, 0.0, 0.0),
            mavlink.MAVLink_mount_orientation_message(boot_ms, *looking[:2], 0.0, looking[2]),
        ):
            log += struct.pack(">Q", time_us) + message.pack(link)
    (folder / "flight.tlog").write_bytes(log)
    start = dt.datetime.fromtimestamp(truth["time_us"][0] / 1e6, dt.UTC).isoformat()
    fov_deg = truth["horizontal_fov_deg"][0]
    said = {"video_start_utc": start, "horizontal_fov_deg": fov_deg}
    return Written(given=given, settings={"sidecar": said})


def _counts(index: int, scale: Scale) -> npt.NDArray[np.uint16]:
    """Return raw counts: textured ground and a warm spot that moves over it."""
    width, height = scale.still_px
    noise = np.random.default_rng(5).normal(size=(height, width))
    smooth = np.asarray(cv2.GaussianBlur(noise, (0, 0), 3.0), np.float64)
    scene = 16_000.0 + 150.0 * smooth / smooth.std()
    cv2.circle(scene, (width // 4 + index % (width // 2), height // 2), 3, (18_000.0,), -1)
    return np.asarray(scene, np.uint16)


def _exif(index: int, **changes: Any) -> bytes:
    clock = f"2024:05:06 07:{index // 120:02d}:{index // 2 % 60:02d}"
    subsec = "5" if index % 2 else "0"
    said = {"make": "DJI", "model": "FLIR", "focal_length_35mm": 58, **changes}
    return exif_bytes(local_time=clock, subsec=subsec, offset="+00:00", **said)


def _stills(name: str, encode: Callable[[int, Scale], bytes]) -> Callable[[Path, Scale], Written]:
    """Return what writes a folder of stills, each encoded by its number."""

    def write(folder: Path, scale: Scale) -> Written:
        for index in range(scale.n_stills):
            (folder / f"{index:03d}{name}").write_bytes(encode(index, scale))
        return Written(given=folder)

    return write


def _flir(index: int, scale: Scale) -> bytes:
    return flir_jpeg(_counts(index, scale), exif=_exif(index), xmp=drone_xmp(**_XMP))


def _dji_raw(index: int, scale: Scale) -> bytes:
    exif = _exif(index, model="ZH20T")
    return dji_raw_jpeg(_counts(index, scale), exif=exif, xmp=drone_xmp(**_XMP))


def _picture(index: int, scale: Scale) -> bytes:
    jpeg = jpeg_of(np.asarray(_counts(index, scale) >> 7, np.uint8))
    place = (59.9, 10.7, 120.0)
    return with_segments(jpeg, [(1, _exif(index, place=place)), (1, drone_xmp(**_XMP))])


def _encoded(suffix: str) -> Callable[[int, Scale], bytes]:
    return lambda index, scale: cv2.imencode(suffix, _counts(index, scale))[1].tobytes()


def _cptv(folder: Path, scale: Scale) -> Written:
    small = replace(scale, still_px=(32, 24))
    pictures = [_counts(index, small).tolist() for index in range(scale.n_stills)]
    write_cptv(folder / "trap.cptv", pictures, n_bits=16)
    return Written(given=folder / "trap.cptv")


def _deep_video(folder: Path, scale: Scale) -> Written:
    n_frames = max(3, round(30 * scale.duration_s))
    return Written(given=write_deep_clip(folder / "deep.mkv", n_frames=n_frames, size=(64, 48)))


SOURCE_KINDS: Final[Mapping[str, SourceKind]] = {
    "transport_stream": SourceKind(write=_transport_stream, mutated=("flight.ts",)),
    "two_cameras": SourceKind(write=_two_cameras, mutated=("flight.ts",)),
    "mp4_with_klv": SourceKind(write=_mp4_with_klv, mutated=("flight.mp4",)),
    "raw_klv": SourceKind(write=_raw_klv, mutated=("flight.klv",), is_processed=False),
    "deep_video": SourceKind(write=_deep_video, mutated=("deep.mkv",)),
    "dji_captions": SourceKind(write=_dji_captions, mutated=("flight.srt",), is_text=True),
    "pose_csv": SourceKind(write=_pose_csv, mutated=("flight.csv",), is_text=True),
    "pose_geojson": SourceKind(write=_pose_geojson, mutated=("flight.geojson",), is_text=True),
    "mavlink_log": SourceKind(write=_mavlink_log, mutated=("flight.tlog",)),
    "flir_stills": SourceKind(write=_stills(".jpg", _flir), mutated=("*.jpg",)),
    "dji_stills": SourceKind(write=_stills(".jpg", _dji_raw), mutated=("*.jpg",)),
    "jpeg_stills": SourceKind(write=_stills(".jpg", _picture), mutated=("*.jpg",)),
    "tiff_stills": SourceKind(write=_stills(".tif", _encoded(".tif")), mutated=("*.tif",)),
    "png_stills": SourceKind(write=_stills(".png", _encoded(".png")), mutated=("*.png",)),
    "cptv": SourceKind(write=_cptv, mutated=("trap.cptv",)),
}
"""By name."""
