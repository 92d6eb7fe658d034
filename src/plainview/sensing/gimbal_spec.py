"""A gimbal as numbers: how far, how fast and how steadily it points."""

from collections.abc import Mapping
from dataclasses import dataclass

from plainview.sensing.checked_fields import flag, number, refusal, sources

__all__ = ["GimbalSpec", "check_gimbal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GimbalSpec:
    """A stabilised gimbal of azimuth over elevation.

    Args:
        axes: 2, or 4 where a small inner pair of axes hangs in the outer one and stabilises.
        is_azimuth_endless: Whether it turns round and round; otherwise both limits are given.
        azimuth_low_deg: From the platform's nose, clockwise from above; high likewise. The
            travel may pass 360 degrees: cables wrap.
        elevation_low_deg: Of the line of sight, up positive; high likewise.
        azimuth_rate_deg_s: Fastest; elevation likewise.
        azimuth_acceleration_deg_s2: Greatest; elevation likewise.
        inner_travel_deg: Of the inner axes, either way; None with 2 axes.
        rate_loop_hz: Bandwidth of the loop that holds the stabilising axes at rest, where the
            disturbance is no longer taken down (0 dB of the open loop).
        outer_loop_hz: Of the loop by which the outer axes follow; None with 2 axes.
        loop_delay_ms: From the gyro's instant to the motor's.
        gyro_random_walk_deg_rt_h: Angle random walk, degrees over the root of an hour.
        gyro_bias_deg_h: Of the rate, 1-sigma, after the alignment.
        encoder_step_deg: Of the angle that is reported.
        friction_deg_s2: Coulomb friction of an outer axis over its inertia.
        imbalance_deg_s2_per_m_s2: Turning acceleration of an axis for each unit of linear
            acceleration: its centre of mass lies beside it.
        sources: Where each number comes from, by field.
    """

    axes: int = number(low=2, high=4)
    is_azimuth_endless: bool = flag()
    azimuth_low_deg: float | None = number(low=-720.0, high=720.0, is_optional=True)
    azimuth_high_deg: float | None = number(low=-720.0, high=720.0, is_optional=True)
    elevation_low_deg: float = number(low=-180.0, high=180.0)
    elevation_high_deg: float = number(low=-180.0, high=180.0)
    azimuth_rate_deg_s: float = number(low=0.1, high=1000.0)
    elevation_rate_deg_s: float = number(low=0.1, high=1000.0)
    azimuth_acceleration_deg_s2: float = number(low=0.1, high=100_000.0)
    elevation_acceleration_deg_s2: float = number(low=0.1, high=100_000.0)
    inner_travel_deg: float | None = number(low=0.1, high=45.0, is_optional=True)
    rate_loop_hz: float = number(low=0.1, high=1000.0)
    outer_loop_hz: float | None = number(low=0.1, high=1000.0, is_optional=True)
    loop_delay_ms: float = number(low=0.0, high=100.0)
    gyro_random_walk_deg_rt_h: float = number(low=0.0, high=100.0)
    gyro_bias_deg_h: float = number(low=0.0, high=10_000.0)
    encoder_step_deg: float = number(low=0.0, high=10.0)
    friction_deg_s2: float = number(low=0.0, high=100_000.0)
    imbalance_deg_s2_per_m_s2: float = number(low=0.0, high=1000.0)
    sources: Mapping[str, str] = sources()


def check_gimbal(gimbal: GimbalSpec, *, where: str) -> None:
    """Refuse a gimbal whose parts do not fit together.

    Raises:
        InputError: It names the field and the reason.
    """
    if gimbal.axes not in {2, 4}:
        raise refusal(f"{where}, axes", f"is {gimbal.axes}.", mend="Give 2 or 4.")
    for name in ("inner_travel_deg", "outer_loop_hz"):
        if (getattr(gimbal, name) is None) != (gimbal.axes == 2):
            what = "is given with 2 axes." if gimbal.axes == 2 else "is missing."
            mend = "A gimbal of 4 axes has it, one of 2 has not."
            raise refusal(f"{where}, {name}", what, mend=mend)
    for name in ("azimuth_low_deg", "azimuth_high_deg"):
        if (getattr(gimbal, name) is None) != gimbal.is_azimuth_endless:
            what = "is given with an endless azimuth." if gimbal.is_azimuth_endless else "missing."
            what = what if gimbal.is_azimuth_endless else f"is {what}"
            mend = "Give both limits, or is_azimuth_endless = true."
            raise refusal(f"{where}, {name}", what, mend=mend)
    for part in ("azimuth", "elevation"):
        low, high = getattr(gimbal, f"{part}_low_deg"), getattr(gimbal, f"{part}_high_deg")
        if low is not None and not low < high:
            what = f"is {high:g}, not above {part}_low_deg."
            raise refusal(f"{where}, {part}_high_deg", what, mend="Give the greater angle here.")
