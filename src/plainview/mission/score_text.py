"""What ``plainview score`` says to a person."""

from typing import Any

__all__ = ["score_text"]


def score_text(result: dict[str, Any]) -> str:
    """Return the result of `score_mission` in lines that fit on one screen."""
    lines = [
        f"found {result['found']} of {result['truth_objects']} things, missed {result['missed']}",
        f"{result['tracks']} tracks: {result['false_tracks']} false tracks (nothing true there),"
        f" {result['duplicate_tracks']} duplicate tracks (another was on it already)",
        *_missed_lines(result),
        *_continuity_lines(result),
        *_position_lines(result),
    ]
    return "\n".join(lines)


def _missed_lines(result: dict[str, Any]) -> list[str]:
    missed = [o for o in result["objects"] if o["is_counted"] and not o["is_found"]]
    if not missed:
        return []
    names = ", ".join(f"{o['kind']} {o['object_id']}" for o in missed[:8])
    return [f"  missed: {names}{' and more' if len(missed) > 8 else ''}"]


def _continuity_lines(result: dict[str, Any]) -> list[str]:
    if result["detection_recall"] is None:
        return []
    n_switches, n_gaps = result["identity_switches"], result["fragments"]
    return [
        f"  tracked in {100 * result['detection_recall']:.0f} % of the frames that show them;"
        f" {n_switches} change{'s' * (n_switches != 1)} of identity,"
        f" {n_gaps} gap{'s' * (n_gaps != 1)}"
    ]


def _position_lines(result: dict[str, Any]) -> list[str]:
    error, predicted = result["position_error_m"], result["predicted_error_m"]
    if error["median"] is None:
        return ["position error: nothing was located"]
    return [
        f"position error  median {error['median']:6.1f} m   95 % {error['p95']:6.1f} m"
        f"   ({result['located']} places)",
        f"predicted       median {predicted['median']:6.1f} m   95 % {predicted['p95']:6.1f} m",
        f"inside the 95 % ellipse: {100 * result['inside_95_ellipse']:.0f} %",
        "  (one flight is one draw of the shared error: near 95 % only over many flights)",
    ]
