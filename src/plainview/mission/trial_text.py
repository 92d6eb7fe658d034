"""What a field trial says on a terminal."""

from pathlib import Path
from typing import Any

from plainview.mission.calibration_text import BIAS_WORDS

__all__ = ["trial_text"]


def trial_text(trial: dict[str, Any], out: Path) -> str:
    """Return a trial as a few lines.

    Args:
        trial: What `run_trial` returns.
        out: The folder that was made.
    """
    seen = sum(point["is_seen"] for point in trial["points"])
    lines = [f"{out}: {seen} of {len(trial['points'])} surveyed points were seen"]
    titles = {"as_sent": "as processed" if trial["applied_calibration"] else "as sent"}
    for name, title in (*titles.items(), ("calibrated", "calibrated")):
        row = trial[name] and trial[name]["all"]
        if row:
            lines.append(
                f"  {title:<12} CE90 {_ce90(row)}; {row['n_looks']} looks, "
                f"{row['n_passes']} passes; predicted {row['predicted_ce90_m']:.1f} m"
            )
    lines += [
        f"    {near / 1e3:g} to {far / 1e3:g} km, {low:g} to {high:g} degrees down:"
        f" CE90 {_ce90(row)}, {row['n_passes']} passes"
        for row in trial["as_sent"]["bins"]
        for (near, far), (low, high) in [(row["range_m"], row["depression_deg"])]
    ]
    if trial["calibrated"] is None:
        lines.append(f"  calibrated: {trial['calibrated_how']}")
    if trial["calibration"] is None:
        lines.append(f"  no calibration: {trial['no_calibration_because']}")
    else:
        known = ", ".join(BIAS_WORDS[name][0] for name in trial["calibration"]["biases"])
        lines.append(f"  {out / 'calibration.toml'}: {known}")
    lines.append(f"  open {out / 'report.html'}")
    return "\n".join(lines)


def _ce90(row: dict[str, Any]) -> str:
    if row["ce90_low_m"] is None:
        return f"{row['ce90_m']:.1f} m (too few passes for an interval)"
    return f"{row['ce90_m']:.1f} m ({row['ce90_low_m']:.1f} to {row['ce90_high_m']:.1f})"
