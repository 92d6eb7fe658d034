"""What a calibration says on a terminal."""

from pathlib import Path
from typing import Any, Final

__all__ = ["BIAS_WORDS", "calibration_text"]

BIAS_WORDS: Final = {
    "heading_bias_deg": ("heading", "degrees"),
    "pitch_bias_deg": ("platform pitch", "degrees"),
    "roll_bias_deg": ("platform roll", "degrees"),
    "boresight_azimuth_deg": ("bore-sight azimuth", "degrees"),
    "boresight_elevation_deg": ("bore-sight elevation", "degrees"),
    "boresight_roll_deg": ("bore-sight roll", "degrees"),
    "focal_length_ratio": ("focal length, true over said", ""),
    "lag_s": ("lag of the metadata", "s"),
    "east_m": ("position, east", "m"),
    "north_m": ("position, north", "m"),
    "height_offset_m": ("height", "m"),
}
"""What each bias is called, and its unit."""


def calibration_text(found: dict[str, Any], out: Path) -> str:
    """Return a calibration as a few lines.

    Args:
        found: What `calibrate` returns.
        out: Where it was written.
    """
    made, residual = found["made"], found["residual"]
    lines = [
        f"{out}: from {made['n_looks']} looks at {made['n_things']} things"
        f" ({made['method']}; {made['n_looks_rejected']} looks fit nothing)"
    ]
    for name, part in found["biases"].items():
        words, unit = BIAS_WORDS[name]
        value = f"{part['value']:.4f} ± {part['sigma']:.4f} {unit}".rstrip()
        if part["tied_to"] is not None:
            other = BIAS_WORDS[part["tied_to"]][0]
            value = f"{part['value']:.4f} {unit}, as sure as {other}, which it goes together with"
        lines.append(f"  {words:<30} {value}")
    lines += [
        f"  {BIAS_WORDS[name][0]:<30} not determined: {_worded(why)}"
        for name, why in found["not_determined"].items()
    ]
    lines += [
        f"  residual {residual['before_px']:.2f} px ({residual['before_m']:.2f} m across the line"
        f" of sight) before, {residual['after_px']:.2f} px ({residual['after_m']:.2f} m) after",
        "  nothing was applied: `plainview process --calibration` does that",
    ]
    return "\n".join(lines)


def _worded(why: str) -> str:
    """Return a reason with the names of biases as people say them."""
    for name, (words, _) in BIAS_WORDS.items():
        why = why.replace(name, words)
    return why
