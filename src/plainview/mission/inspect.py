"""What is in a file, and what is wrong with it: its metadata, and a minute of its pictures."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from plainview.formats.ais_log import read_ais
from plainview.formats.camera_survey import CameraSummary, survey_cameras
from plainview.formats.probe import SourceProbe
from plainview.formats.read_sidecar import SidecarSettings, read_sidecar_of
from plainview.formats.terrain_raster import read_terrain
from plainview.geo import Terrain
from plainview.misb import DamagePolicy, LocationResidual, SetDecoder, location_residual
from plainview.mission.convention_prescan import prescan_said, said_of_runs
from plainview.mission.inspect_facts import (
    describe_metadata,
    describe_plausibility,
    describe_stamps,
    describe_transport,
)
from plainview.mission.inspect_logs import describe_sidecar
from plainview.mission.inspect_pictures import Sighting, see_lag_and_clock
from plainview.mission.inspect_text import DAMAGE_WORDS, length_text
from plainview.mission.packet_json import json_from_metadata, metadata_sets_of
from plainview.mission.packet_survey import PacketSurvey
from plainview.mission.progress import Progress
from plainview.mission.read_streams import StreamsRead, read_streams
from plainview.mission.silent_errors import silent_errors
from plainview.model import StreamKind

__all__ = ["inspect_file", "iterate_packets"]

_MAX_RESIDUAL_SHARE: Final = 0.05
"""Of the slant range: beyond it no rounding, datum or terrain explains the residual."""


def iterate_packets(
    path: Path, *, damage: DamagePolicy = DamagePolicy.MARK
) -> Iterator[dict[str, Any]]:
    """Yield a JSON object for each KLV packet of a file.

    Args:
        path: The file.
        damage: What is given of damaged packets.

    Raises:
        InputError: The file cannot be read.
    """
    return (json_from_metadata(metadata) for metadata in metadata_sets_of(path, damage=damage))


def inspect_file(
    path: Path,
    *,
    ais: Path | None = None,
    terrain: Path | None = None,
    damage: DamagePolicy = DamagePolicy.MARK,
    are_pictures_seen: bool = True,
    on_progress: Callable[[Progress], None] | None = None,
) -> dict[str, Any]:
    """Return what is in a file: streams, metadata, evidence, warnings, location.

    Args:
        path: The file.
        ais: An AIS log to test the clock by; None where there is none.
        terrain: A height model that the platform is held against; None likewise.
        damage: What is believed of damaged metadata; all damage is counted under each policy.
        are_pictures_seen: Whether up to a minute of the pictures is looked at, for the lag and
            the clock, and for the convention where the numbers do not decide it.
        on_progress: Is told how far the reading is, then the look at the pictures.

    Raises:
        InputError: The file, the log or the height model cannot be read.
    """
    if ais is not None:
        read_ais(ais)  # a log that cannot be read is said before the pictures are looked at
    ground = None if terrain is None else read_terrain(terrain)
    read = read_streams(path, on_progress=on_progress)
    looked = _looked_at(
        read, path, damage=damage, are_pictures_seen=are_pictures_seen, on_progress=on_progress
    )
    residual = location_residual(looked.views)
    seen = Sighting()
    if are_pictures_seen and read.probed.video is not None:
        seen = see_lag_and_clock(
            path,
            looked.timed_views,
            conventions=looked.prescan.conventions,
            ais=ais,
            on_progress=on_progress,
        )
    n_videos = sum(stream.kind is StreamKind.VIDEO for stream in read.probed.streams)
    cameras = survey_cameras(path) if n_videos > 1 and read.probed.video is not None else ()
    told = _described(read, looked, residual=residual, seen=seen, ground=ground, cameras=cameras)
    sidecar = _sidecar(path, read, ground)
    if sidecar is not None and sidecar["poses"] is not None:
        told["warnings"] = [each for each in told["warnings"] if each["code"] != "no_metadata"]
    return {**told, "sidecar": sidecar}


def _sidecar(path: Path, read: StreamsRead, ground: Terrain | None) -> dict[str, Any] | None:
    """Return what stands beside a video without metadata of its own; None where nothing does."""
    video = read.probed.video
    if video is None or read.metadata.n_packets:
        return None
    size_px = video.width_px, video.height_px
    found = read_sidecar_of(path, size_px=size_px, settings=SidecarSettings(), terrain=ground)
    return None if found is None else describe_sidecar(found)


def _looked_at(
    read: StreamsRead,
    path: Path,
    *,
    damage: DamagePolicy,
    are_pictures_seen: bool,
    on_progress: Callable[[Progress], None] | None,
) -> PacketSurvey:
    """Return what the packets say that are looked at one by one."""
    runs = []
    for run in read.metadata.sample.runs():
        decoder = SetDecoder(policy=damage)
        runs.append([decoder.decode(packet) for packet in run])
    said = said_of_runs(runs, path, damage=damage)
    looked = PacketSurvey(
        damage_policy=damage,
        prescan=prescan_said(
            said,
            n_packets=sum(len(run) for run in runs),
            are_pictures_seen=are_pictures_seen,
            on_progress=on_progress,
        ),
    )
    for sets in runs:
        looked.begin_run()
        for metadata in sets:
            looked.add(metadata)
    return looked


def _described(
    read: StreamsRead,
    looked: PacketSurvey,
    *,
    residual: LocationResidual,
    seen: Sighting,
    ground: Terrain | None,
    cameras: Sequence[CameraSummary],
) -> dict[str, Any]:
    """Return everything as JSON holds it."""
    probed, survey = read.probed, read.metadata
    metadata = describe_metadata(read, looked)
    evidence = looked.evidence if survey.sample.is_all else survey.evidence
    return {
        "file": probed.path.name,
        "container": probed.container,
        "size_bytes": probed.size_bytes,
        "streams": [asdict(stream) for stream in probed.streams],
        "video": None if probed.video is None else asdict(probed.video),
        "cameras": [asdict(camera) for camera in cameras],
        "transport": describe_transport(read),
        "metadata": {**metadata, "coverage": [asdict(klv) for klv in probed.klv]},
        "stamps": describe_stamps(read),
        "minimum_set": survey.minimum.describe(),
        "plausibility": describe_plausibility(read, looked, ground),
        "silent_errors": silent_errors(read, looked.prescan.main),
        "evidence": evidence.describe(),
        "warnings": _warnings(probed, metadata, looked, residual=residual)
        + [asdict(warning) for warning in seen.warnings()],
        "location": {**looked.describe_location(residual, seen), **seen.describe()},
    }


def _warnings(
    probed: SourceProbe,
    metadata: dict[str, Any],
    looked: PacketSurvey,
    *,
    residual: LocationResidual,
) -> list[dict[str, Any]]:
    found = [asdict(warning) for warning in probed.warnings]
    found += [
        {
            "code": f"klv_{kind}",
            "count": count,
            "first": metadata["first_damage"][kind],
            "what": f"{DAMAGE_WORDS.get(kind, kind.replace('_', ' '))}.",
            "mend": "`plainview inspect --packets` lists each packet with its damage.",
        }
        for kind, count in sorted(metadata["damage"].items())
    ]
    found += [asdict(warning) for warning in looked.convention_warnings()]
    if metadata["packets"] and not looked.views:
        found.append(_no_view(metadata))
    share = residual.median_share
    if share is not None and share > _MAX_RESIDUAL_SHARE:
        found.append(_contradiction(looked, residual, share))
    return found


def _no_view(metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": "no_pose",
        "count": metadata["packets"],
        "first": "packet 1",
        "what": "No metadata packet says where the camera was and how it looked"
        + (" (damaged ones are not believed)." if metadata["packets_damaged"] else "."),
        "mend": "Positions cannot be given from this file; `--packets` shows what it says.",
    }


def _contradiction(
    looked: PacketSurvey, residual: LocationResidual, share: float
) -> dict[str, Any]:
    """Return the warning of a source that contradicts itself."""
    return {
        "code": "location_contradicts",
        "count": int(np.isfinite(residual.distance_m).sum()),
        "first": f"packet {looked.first_pose}",
        "what": "The source contradicts itself: by its pose it looks"
        f" {length_text(residual.median_m or 0.0)} away from the frame centre that it reports"
        f" ({100.0 * share:.0f} % of the slant range).",
        "mend": "Do not use positions of this source before its angles and heights are understood.",
    }
