"""The tracks of one frame as a stand-alone ST 0903 set."""

import numpy as np

from plainview.misb import VmtiTarget, encode_vmti
from plainview.misb.metadata_time import misp_leap_seconds
from plainview.model import LifeStage, Observation, TimeBasis, Tracks, View
from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["vmti_from_observation"]


def vmti_from_observation(
    observation: Observation, *, is_camera_said: bool = False
) -> bytes | None:
    """Return the set of a frame's believed tracks; None where the frame's UTC is not known.

    A frame without tracks gives a set without targets: it was looked at and nothing is there.

    Args:
        observation: The frame and its tracks.
        is_camera_said: Whether the set names the camera as its source sensor.
    """
    frame, tracks = observation.frame, observation.tracks
    stamp_us = None if frame.view is None else _stamp_us(frame.view)
    if frame.view is None or stamp_us is None:
        return None
    return encode_vmti(
        time_us=stamp_us,
        frame_number=frame.frame_index,
        width_px=frame.camera.width_px,
        height_px=frame.camera.height_px,
        targets=[_target(tracks, row) for row in range(len(tracks))],
        horizontal_fov_deg=frame.view.horizontal_fov_deg,
        vertical_fov_deg=frame.view.vertical_fov_deg,
        core_identifier=frame.view.core_identifier,
        source_sensor=frame.camera.name if is_camera_said else None,
    )


def _stamp_us(view: View) -> int | None:
    """Return the stamp of a View on the clock of the source's own packets; None where unknown.

    That is MISP time, which counts no leap seconds, where the source ties its stamps to UTC by
    them; elsewhere its stamps were taken for UTC as they are.
    """
    if view.time_us is None or view.time_basis is not TimeBasis.MISP_CORRECTED:
        return view.time_us
    return view.time_us + MICROSECONDS_PER_SECOND * (misp_leap_seconds(view.time_us) or 0)


def _target(tracks: Tracks, row: int) -> VmtiTarget:
    is_located = bool(tracks.is_located[row])
    x, y, width, height = tracks.box_px[row].tolist()
    return VmtiTarget(
        target_id=int(tracks.track_id[row]),
        box_px=(x, y, width, height),
        confidence=float(tracks.existence[row]),
        is_coasting=int(tracks.life_stage[row]) == LifeStage.COASTING,
        latitude_deg=float(tracks.latitude_deg[row]) if is_located else None,
        longitude_deg=float(tracks.longitude_deg[row]) if is_located else None,
        height_hae_m=float(tracks.height_hae_m[row]) if is_located else None,
        cov_enu_m2=np.array(tracks.position_cov_enu_m2[row]) if is_located else None,
    )
