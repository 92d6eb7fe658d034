"""Corrections that a mission's own tracks propose: biases found from many looks at one thing.

Nothing is applied: a person who believes them processes the footage again with a calibration.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from plainview.formats.ais_log import read_ais
from plainview.formats.settings_toml import RunSettings
from plainview.geo import (
    BIAS_NAMES,
    FRAME_CENTER_HEIGHT_SIGMA_M,
    SEA_LEVEL_SIGMA_M,
    TERRAIN_SIGMA_M,
    BiasEstimate,
    Looks,
    Things,
    estimate_biases,
    geoid_undulation_m,
)
from plainview.mission.calibration_text import BIAS_WORDS
from plainview.mission.ship_landmarks import ShipLandmark, ships_of_tracks
from plainview.mission.track_looks import TrackLooks, gather_track_looks
from plainview.model import Camera

__all__ = ["describe_many_looks", "propose_corrections"]

_LEAST_LOOKS: Final = 10
_LEAST_ARC_DEG: Final = 20.0
"""A thing seen from a smaller arc tells its own place from no bias."""
_MOST_THINGS: Final = 4
_UNKNOWN_M: Final = 5_000.0
_DRIFT_M_S: Final = 0.3
"""1-sigma of what floats at rest: half a knot of current and wind."""
_HALF_HEIGHT_M: Final = 1.0
"""1-sigma of the height of a thing's middle over the surface."""
_STILL_RATIO: Final = 1.5
"""Residuals beyond this times what is expected are those of a thing that is not at rest."""
_REJECTED_SHARE: Final = 0.2
_SIGNIFICANT: Final = 2.0


def propose_corrections(
    folder: Path,
    cameras: Sequence[Camera],
    *,
    settings: RunSettings,
    ais: Path | None = None,
) -> dict[str, Any]:
    """Return what the tracks of a mission say of its source's biases.

    Args:
        folder: Holds ``frames.parquet`` and ``tracks.parquet``.
        cameras: Of the mission.
        settings: The 1-sigma of the turret and of the surfaces.
        ais: An AIS log; None where there is none.

    Returns:
        ``proposed_corrections``, a list, and ``many_looks``, what they rest on: None where no
        thing was seen from enough sides.
    """
    tracks = gather_track_looks(folder, instrument=settings.instrument, least_looks=_LEAST_LOOKS)
    ships = {} if ais is None else ships_of_tracks(tracks, read_ais(ais).reports)
    arcs_deg = [track.bearing_range_deg for track in tracks]
    rows = [
        row
        for row in np.argsort(-np.array(arcs_deg)).tolist()
        if arcs_deg[row] >= _LEAST_ARC_DEG or row in ships
    ]
    rows.sort(key=lambda row: row not in ships)
    by_name = {camera.name: camera for camera in cameras}
    usable = [
        row
        for row in rows[: 3 * _MOST_THINGS]
        if tracks[row].camera == tracks[rows[0]].camera
        and _is_still([tracks[row]], {0: ships.get(row)}, by_name, settings=settings)
    ][:_MOST_THINGS]
    if not usable:
        return {"proposed_corrections": [], "many_looks": None}
    chosen = [tracks[row] for row in usable]
    landmarks = {number: ships.get(row) for number, row in enumerate(usable)}
    found = _estimate(chosen, landmarks, by_name, settings=settings)
    return describe_many_looks(found, chosen, landmarks)


def _is_still(
    tracks: Sequence[TrackLooks],
    ships: dict[int, ShipLandmark | None],
    cameras: dict[str, Camera],
    *,
    settings: RunSettings,
) -> bool:
    """Return whether the looks are those of a thing at rest, or that goes as it says."""
    try:
        found = _estimate(tracks, ships, cameras, settings=settings)
    except np.linalg.LinAlgError:
        return False
    return found.after.ratio <= _STILL_RATIO and found.n_rejected <= _REJECTED_SHARE * found.n_looks


def _estimate(
    tracks: Sequence[TrackLooks],
    ships: dict[int, ShipLandmark | None],
    cameras: dict[str, Camera],
    *,
    settings: RunSettings,
) -> BiasEstimate:
    looks = _joined(
        [
            track.looks(thing=number, moved_enu_m=None if ship is None else ship.moved_enu_m)
            for number, (track, ship) in enumerate(zip(tracks, ships.values(), strict=True))
        ]
    )
    things = [_thing(track, ships[number]) for number, track in enumerate(tracks)]
    stated = looks.views[0].sigma
    height_m = 0.0 if stated is None else stated.position_vertical_m.shared
    surface_m = max(_surface_sigma_m(track.surface, settings) for track in tracks)
    return estimate_biases(
        looks,
        Things(
            latitude_deg=np.array([thing[0] for thing in things]),
            longitude_deg=np.array([thing[1] for thing in things]),
            height_hae_m=np.array([thing[2] for thing in things]),
            cov_enu_m2=np.array([thing[3] for thing in things]),
            drift_sigma_m_s=np.array([thing[4] for thing in things]),
        ),
        camera=cameras[tracks[0].camera],
        prior_sigma={"height_offset_m": float(np.hypot(height_m, surface_m))},
    )


def _surface_sigma_m(surface: str, settings: RunSettings) -> float:
    """Return the 1-sigma of what the heights of a surface have in common."""
    known = {
        "sea_level": settings.sea_level_sigma_m or SEA_LEVEL_SIGMA_M,
        "terrain": settings.terrain_sigma_m or TERRAIN_SIGMA_M,
    }
    return known.get(surface, settings.frame_center_sigma_m or FRAME_CENTER_HEIGHT_SIGMA_M)


def _joined(parts: list[Looks]) -> Looks:
    """Return several looks as one, frames of the same instant being one frame."""
    return Looks(
        views=tuple(view for part in parts for view in part.views),
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in ("points_px", "point_sigma_px", "thing", "frame", "time_s", "moved_enu_m")
        },
    )


def _thing(
    track: TrackLooks, ship: ShipLandmark | None
) -> tuple[float, float, float, np.ndarray, float]:
    """Return what is known of a thing: place, covariance and drift."""
    latitude, longitude, height = np.median(track.places, axis=0).tolist()
    drift_m_s = _DRIFT_M_S if track.surface == "sea_level" else 0.0
    across_m = _UNKNOWN_M
    if ship is not None:
        latitude, longitude = ship.latitude_deg, ship.longitude_deg
        across_m, drift_m_s = ship.sigma_m, 0.0
        if track.surface == "sea_level":
            height = float(geoid_undulation_m(latitude, longitude))
    cov = np.diag([across_m**2, across_m**2, _HALF_HEIGHT_M**2])
    return latitude, longitude, height, cov, drift_m_s


def describe_many_looks(
    found: BiasEstimate, tracks: Sequence[TrackLooks], ships: dict[int, ShipLandmark | None]
) -> dict[str, Any]:
    """Return an estimate as ``mission.json`` keeps it.

    Args:
        found: The estimate.
        tracks: What it rests on.
        ships: Those of them that are ships of an AIS log.
    """
    values = found.bias.to_array()
    residual = {
        "before_px": round(found.before.px, 3),
        "after_px": round(found.after.px, 3),
        "before_m": round(found.before.m, 3),
        "after_m": round(found.after.m, 3),
    }
    told = [
        {
            "bias": each.name,
            "value": _rounded(values[BIAS_NAMES.index(each.name)]),
            "sigma": _rounded(found.sigma_of(each.name)),
            "sigma_beforehand": _rounded(found.prior_sigma[BIAS_NAMES.index(each.name)]),
            "is_determined": each.is_determined,
            "tied_to": list(each.tied_to),
        }
        for each in found.told
    ]
    rests_on = {
        "track_ids": [track.track_id for track in tracks],
        "ships": [ship.mmsi for ship in ships.values() if ship is not None],
        "n_looks": found.n_looks,
        "n_looks_rejected": found.n_rejected,
        "arc_deg": [round(track.bearing_range_deg, 1) for track in tracks],
        "residual": residual,
    }
    return {
        "proposed_corrections": [_proposal(each, residual) for each in told if _is_worth(each)],
        "many_looks": {**rests_on, "told": told},
    }


def _is_worth(told: dict[str, Any]) -> bool:
    """Return whether a bias is known by itself and is plainly not nothing."""
    neutral = 1.0 if told["bias"] == "focal_length_ratio" else 0.0
    is_plain = abs(told["value"] - neutral) > _SIGNIFICANT * told["sigma"]
    return bool(told["is_determined"] and is_plain)


def _proposal(told: dict[str, Any], residual: dict[str, float]) -> dict[str, Any]:
    """Return one correction that is proposed, with what it would change."""
    words, unit = BIAS_WORDS[told["bias"]]
    with_others = ", ".join(BIAS_WORDS[name][0] for name in told["tied_to"])
    what = (
        f"What the source says of its {words} is {told['value']:+.3f} {unit}".rstrip()
        + f" off (1-sigma {told['sigma']:.3f}, {told['sigma_beforehand']:.3f} beforehand)"
        + (f"; part of it may be {with_others}." if with_others else ".")
    )
    return {
        **{name: told[name] for name in ("bias", "value", "sigma", "sigma_beforehand", "tied_to")},
        "residual": residual,
        "what": what,
        "mend": f"Not applied. A calibration with `[{told['bias']}]`, `value` and `sigma` does it"
        " (`process --calibration`).",
    }


def _rounded(value: float) -> float:
    return float(f"{value:.5g}")
