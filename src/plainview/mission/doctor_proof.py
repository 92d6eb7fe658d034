"""Proofs and corrections of the metadata doctor, in words and as settings."""

from typing import Any, Final

from plainview.geo import LagEstimate
from plainview.misb import AngleConvention, ConventionVerdict
from plainview.misb.convention_verdict import EvidenceRow

__all__ = [
    "bearing_proof",
    "convention_settings",
    "is_around_zero",
    "lag_proof",
    "lag_settings",
    "proof_of",
]

_READINGS: Final = (
    *("north", "sensor_height", "frame_center_height", "slant_range", "fields_of_view"),
    "odd_lengths",
)
"""Of a convention that a settings file fixes by the same name."""

_NO_LAG_S: Final = 0.02
"""A lag within this is half a frame of usual video, and moves nothing that is seen."""

_LEAST: Final = {"deg": 0.001, "m": 0.01, "deg/s": 0.01}
"""Smaller differences are those of the wire."""

_OF_BEARING: Final = ("bearing of the frame centre", "image motion")


def proof_of(verdict: ConventionVerdict) -> tuple[str, ...]:
    """Return what was compared, and each departure from the standard with its mend."""
    rows = [
        f"{row.quantity}: {_amount(row.residual, row.unit)} off"
        + _as_standard(row, verdict)
        + f", {row.n_instants} instants"
        for row in verdict.evidence
    ]
    defects = [f"{each.items} {each.what}: {each.correction}" for each in verdict.defects]
    alike = [f"cannot be told from: {', '.join(verdict.equivalent)}"] if verdict.equivalent else []
    return (*rows, *defects, *alike)


def _as_standard(row: EvidenceRow, verdict: ConventionVerdict) -> str:
    """Return how far the standard's own reading is off, where that is another one."""
    if row.residual_as_standard is None or not verdict.defects:
        return ""
    usual = _amount(row.residual_as_standard, row.unit)
    if usual == _amount(row.residual, row.unit):
        return ""
    return f" (read by its standard: {usual})"


def _amount(value: float, unit: str) -> str:
    """Return a difference in two or three digits; what is smaller than matters is said so."""
    if unit == "ratio":
        return f"{100.0 * (value - 1.0):+.2g} %"
    least = _LEAST.get(unit, 0.0)
    if abs(value) < least:
        return f"under {least:g} {unit}"
    return f"{value:.3g} {unit}" if abs(value) < 1000.0 else f"{value / 1000.0:,.1f} k{unit}"


def bearing_proof(verdict: ConventionVerdict) -> tuple[str, ...]:
    """Return what bears on the bearing, each with how much it varies."""
    return tuple(
        f"{row.quantity}: {_amount(row.residual, row.unit)} off, varies by"
        f" {_amount(row.spread, row.unit)}"
        for row in verdict.evidence
        if row.quantity in _OF_BEARING
    )


def convention_settings(verdict: ConventionVerdict) -> dict[str, dict[str, Any]]:
    """Return the settings that fix a reading that is not the standard's own."""
    chosen = verdict.chosen
    if chosen is None or not verdict.defects:
        return {}
    return {"metadata": _angle_settings(chosen)}


def _angle_settings(chosen: AngleConvention) -> dict[str, Any]:
    """Return what fixes a reading, without what is as the standard has it."""
    usual = AngleConvention(name="usual", reference=chosen.reference)
    settings: dict[str, Any] = {"angle_convention": chosen.name}
    if chosen.is_elevation_down:
        settings["elevation_sign"] = "down"
    if chosen.is_in_radians:
        settings["angle_unit"] = "radians"
    for name in _READINGS:
        if getattr(chosen, name) != getattr(usual, name):
            settings[name] = str(getattr(chosen, name))
    return settings


def lag_settings(lag: LagEstimate | None, *, taken_out_s: float) -> dict[str, float]:
    """Return what takes a lag out; empty where there is none that matters."""
    if lag is None or lag.lag_s is None or is_around_zero(lag):
        return {}
    sigma_s = round(max(lag.sigma_s or 0.0, 1e-3), 4)
    return {"lag_s": round(lag.lag_s + taken_out_s, 4), "lag_sigma_s": sigma_s}


def lag_proof(lag: LagEstimate | None, *, taken_out_s: float) -> tuple[str, ...]:
    """Return what is known of a lag; nothing where no picture was looked at."""
    if lag is None:
        return ()
    beside = f" beside the {taken_out_s * 1e3:.0f} ms taken out" if taken_out_s else ""
    if lag.lag_s is None or lag.low_s is None or lag.high_s is None:
        return (f"lag of the metadata{beside} is not known: {lag.reason}",)
    interval = f"95 %: {lag.low_s * 1e3:.0f} to {lag.high_s * 1e3:.0f} ms"
    none = ", which may be none" if is_around_zero(lag) else ""
    return (f"lag of the metadata{beside}: {lag.lag_s * 1e3:.0f} ms ({interval}){none}",)


def is_around_zero(lag: LagEstimate) -> bool:
    """Whether no lag, or less than half a frame, is what the interval holds."""
    low_s, high_s = lag.low_s, lag.high_s
    return low_s is None or high_s is None or (low_s <= _NO_LAG_S and high_s >= -_NO_LAG_S)
