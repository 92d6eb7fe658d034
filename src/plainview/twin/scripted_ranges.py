"""Scripted ranges: when the operator of a scenario asks the rangefinder for a distance."""

from typing import Final

import numpy as np

from plainview.sensing import TurretSpec
from plainview.sensing.checked_fields import refusal
from plainview.twin.scenario_script import ScenarioScript

__all__ = ["check_ranges", "is_range_asked"]

_NEAR: Final = 1e-6
"""Of a frame's time: what rounding makes of an instant that falls on a frame."""


def check_ranges(script: ScenarioScript, turret: TurretSpec, *, where: str) -> None:
    """Refuse ranges that cannot be asked for.

    Raises:
        InputError: The turret has no rangefinder or one that is slower; an instant lies
            after the end; or both ways to say when are given.
    """
    field = "range_at_s" if script.range_at_s else "range_every_s"
    if not script.range_at_s and script.range_every_s is None:
        return
    if script.range_at_s and script.range_every_s is not None:
        raise refusal(
            f"{where}, range_at_s",
            "stands beside range_every_s.",
            mend="Give one of the two.",
        )
    spec = turret.rangefinder
    if spec is None:
        raise refusal(
            f"{where}, {field}",
            f"asks for distances, and the turret {turret.name} has no rangefinder.",
            mend="Leave it out, or take a turret that has one (`plainview turrets`).",
        )
    if max(script.range_at_s, default=0.0) > script.duration_s:
        raise refusal(
            f"{where}, range_at_s",
            f"has {max(script.range_at_s):g} s, and the flight ends at {script.duration_s:g} s.",
            mend="Give instants of the flight.",
        )
    apart_s = script.range_every_s or _least_apart_s(script.range_at_s)
    if apart_s < (1.0 - _NEAR) / spec.rate_hz:
        raise refusal(
            f"{where}, {field}",
            f"asks again after {apart_s:g} s; this rangefinder takes {1.0 / spec.rate_hz:g} s.",
            mend=f"Leave {1.0 / spec.rate_hz:g} s or more between.",
        )


def _least_apart_s(at_s: tuple[float, ...]) -> float:
    return float(np.min(np.diff(np.sort(at_s)), initial=np.inf))


def is_range_asked(script: ScenarioScript, frame_index: int) -> bool:
    """Return whether a distance is asked for at a frame: the first one at or after the instant.

    Every so often is from the start on, which is not asked at itself.

    Args:
        script: What was written.
        frame_index: From 0.
    """
    at = (frame_index + _NEAR) / script.frames_per_s
    before = (frame_index - 1 + _NEAR) / script.frames_per_s
    if script.range_every_s is not None:
        return frame_index > 0 and int(at // script.range_every_s) > int(
            max(before, 0.0) // script.range_every_s
        )
    return any(before < each <= at for each in script.range_at_s)
