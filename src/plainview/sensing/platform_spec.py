"""What carries a turret, as numbers: how it moves and how it shakes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from plainview.sensing.checked_fields import build, number, refusal, sources, text

__all__ = [
    "PlatformSpec",
    "SeaKeepingSpec",
    "VibrationPoint",
    "VibrationTone",
    "platform_from_mapping",
]

PLATFORM_KINDS: Final = ("helicopter", "plane", "multirotor", "ship", "mast")
"""What carries a turret; a mast stands on land."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VibrationTone:
    """One frequency at which a platform shakes where the turret hangs.

    Args:
        frequency_hz: The frequency.
        acceleration_m_s2: Amplitude (peak) of the linear acceleration along each axis.
        angle_mrad: Amplitude (peak) of the rotation about each axis.
    """

    frequency_hz: float = number(low=0.01, high=10_000.0)
    acceleration_m_s2: float = number(low=0.0, high=500.0)
    angle_mrad: float = number(low=0.0, high=500.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class VibrationPoint:
    """A point of the broadband vibration; between two, straight on logarithmic axes.

    Args:
        frequency_hz: The frequency.
        acceleration_m2_s3: One-sided power density of the linear acceleration along each axis,
            (m/s^2)^2 a hertz.
        angle_mrad2_hz: One-sided power density of the rotation about each axis, mrad^2 a hertz.
    """

    frequency_hz: float = number(low=0.01, high=10_000.0)
    acceleration_m2_s3: float = number(low=0.0, above=0.0, high=10_000.0)
    angle_mrad2_hz: float = number(low=0.0, above=0.0, high=10_000.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeaKeepingSpec:
    """How a ship moves in waves.

    Args:
        roll_period_s: Natural period; pitch and heave likewise.
        roll_damping_ratio: Of the critical; pitch and heave likewise.
        length_m: Along the waterline; beam likewise: waves much shorter do not move the ship.
        sources: Where each number comes from, by field.
    """

    roll_period_s: float = number(low=0.5, high=60.0)
    pitch_period_s: float = number(low=0.5, high=60.0)
    heave_period_s: float = number(low=0.5, high=60.0)
    roll_damping_ratio: float = number(low=0.005, high=2.0)
    pitch_damping_ratio: float = number(low=0.005, high=2.0)
    heave_damping_ratio: float = number(low=0.005, high=2.0)
    length_m: float = number(low=1.0, high=500.0)
    beam_m: float = number(low=0.5, high=100.0)
    sources: Mapping[str, str] = sources()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformSpec:
    """A platform.

    Args:
        name: What it is called.
        kind: What it is.
        least_speed_m_s: Through the air, or the water for a ship; 0 where it can stand.
            cruise and greatest likewise.
        lowest_altitude_m: Of the turret above the surface; highest likewise (for a ship or a
            mast both are the height where the turret stands).
        bank_limit_deg: Greatest bank in a turn; 0 for what does not bank.
        turn_rate_limit_deg_s: Greatest rate of turn.
        climb_rate_m_s: Greatest.
        pitch_deg: Mean nose-up attitude at cruise speed.
        gust_roll_deg: 1-sigma of the roll in moderate turbulence; pitch and heading likewise.
            A ship's roll and pitch come from its sea-keeping instead.
        gust_time_s: Time over which these forget themselves.
        tones: Single frequencies of its vibration.
        broadband: The rest of its vibration, frequencies rising; empty where there is none.
        sea_keeping: How a ship moves in waves; None for the others.
        sources: Where each number comes from, by field.
    """

    name: str = text()
    kind: str = text(choices=PLATFORM_KINDS)
    least_speed_m_s: float = number(low=0.0, high=300.0)
    cruise_speed_m_s: float = number(low=0.0, high=300.0)
    greatest_speed_m_s: float = number(low=0.0, high=300.0)
    lowest_altitude_m: float = number(low=0.0, high=20_000.0)
    highest_altitude_m: float = number(low=0.0, high=20_000.0)
    bank_limit_deg: float = number(low=0.0, high=75.0)
    turn_rate_limit_deg_s: float = number(low=0.0, high=360.0)
    climb_rate_m_s: float = number(low=0.0, high=100.0)
    pitch_deg: float = number(low=-30.0, high=30.0)
    gust_roll_deg: float = number(low=0.0, high=20.0)
    gust_pitch_deg: float = number(low=0.0, high=20.0)
    gust_heading_deg: float = number(low=0.0, high=20.0)
    gust_time_s: float = number(low=0.05, high=600.0)
    tones: tuple[VibrationTone, ...] = ()
    broadband: tuple[VibrationPoint, ...] = ()
    sea_keeping: SeaKeepingSpec | None = None
    sources: Mapping[str, str] = sources()


def platform_from_mapping(values: Mapping[str, object], *, where: str) -> PlatformSpec:
    """Return a platform, every field checked and the whole found possible.

    Args:
        values: As TOML gives them.
        where: Where they come from, for the errors.

    Raises:
        InputError: A field is refused, or the parts do not fit together; it says which.
    """
    platform = build(PlatformSpec, values, where=where)
    for low, high in (
        ("least_speed_m_s", "cruise_speed_m_s"),
        ("cruise_speed_m_s", "greatest_speed_m_s"),
        ("lowest_altitude_m", "highest_altitude_m"),
    ):
        if getattr(platform, low) > getattr(platform, high):
            mend = "Give them in rising order."
            raise refusal(f"{where}, {high}", f"is below {low}.", mend=mend)
    if (platform.kind == "ship") != (platform.sea_keeping is not None):
        what = "is missing." if platform.kind == "ship" else f"is given for a {platform.kind}."
        raise refusal(f"{where}, sea_keeping", what, mend="A ship has it, the others have not.")
    frequencies = [point.frequency_hz for point in platform.broadband]
    if frequencies != sorted(set(frequencies)) or len(frequencies) == 1:
        raise refusal(
            f"{where}, broadband",
            "are not frequencies that rise.",
            mend="Give at least two points, the lowest frequency first, or none.",
        )
    return platform
