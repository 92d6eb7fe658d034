"""What a camera does behind its detector, and what the catalogue does not say of its detector."""

import math
from dataclasses import dataclass
from typing import Final

from plainview.errors import InputError

__all__ = ["Electronics"]

_RATIOS: Final = (
    *("row_noise_ratio", "column_noise_ratio", "column_pattern_share", "gain_pattern_ratio"),
    *("drift_ratio_min", "hot_share", "replaced_share", "tail_share", "wanted_share"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Electronics:
    """How signals become counts and counts become grey levels. All defaults are assumed.

    Args:
        row_noise_ratio: 1-sigma of what a row shares in one frame, over the noise of a pixel;
            columns likewise. Both are beside NETD, which is of pixels alone.
        column_pattern_share: Of the fixed pattern's variance that whole columns share.
        gain_pattern_ratio: 1-sigma of thermal gain from pixel to pixel, as if corrected at 300 K.
        drift_ratio_min: Fixed pattern that a minute without calibration adds, over what is left
            after it.
        calibration_interval_s: From one closing of the shutter to the next; inf for never.
            Thermal cameras alone have it.
        calibration_s: How long it stays closed; frames are repeated meanwhile.
        hot_share: Of the dead pixels that show full scale; the others show nothing.
        replaced_share: Of the dead pixels that the camera knows of and replaces by what is
            beside them.
        coldest_k: Scene at which a thermal camera counts 0.
        hottest_k: Scene at which it counts full scale, unless `least_noise_counts` asks for less.
        least_noise_counts: That a thermal camera's NETD should span; the hottest scene falls
            until it does, yet not below 340 K.
        black_share: Counts without light over full scale, in reflected light.
        most_gain: Of the amplifier by night, over that at which the well fills full scale.
        wanted_share: Of full scale that automatic exposure brings the brightest hundredth to.
        exposure_time_s: With which automatic exposure follows.
        level_time_s: With which automatic gain and level follow; 0 for at once.
        tail_share: Of pixels that are darker than black, and of those brighter than white.
        plateau_share: Where given, grey levels follow how often counts come, no count more than
            this share of the pixels; otherwise they run straight between the tails.
        polarity: ``white_hot`` or ``black_hot``.
        gamma: Of the day camera's grey levels.
    """

    row_noise_ratio: float = 0.1
    column_noise_ratio: float = 0.1
    column_pattern_share: float = 0.3
    gain_pattern_ratio: float = 0.001
    drift_ratio_min: float = 0.3
    calibration_interval_s: float = 180.0
    calibration_s: float = 0.4
    hot_share: float = 0.5
    replaced_share: float = 0.0
    coldest_k: float = 233.15
    hottest_k: float = 423.15
    least_noise_counts: float = 4.0
    black_share: float = 1.0 / 64.0
    most_gain: float = 32.0
    wanted_share: float = 0.7
    exposure_time_s: float = 0.5
    level_time_s: float = 0.5
    tail_share: float = 0.002
    plateau_share: float | None = None
    polarity: str = "white_hot"
    gamma: float = 2.2

    def __post_init__(self) -> None:
        for name in _RATIOS:
            _refuse(name, getattr(self, name), is_good=0.0 <= getattr(self, name) <= 1.0)
        for name in ("calibration_interval_s", "least_noise_counts", "gamma"):
            _refuse(name, getattr(self, name), is_good=getattr(self, name) > 0.0)
        for name in ("calibration_s", "exposure_time_s", "level_time_s"):
            value = getattr(self, name)
            _refuse(name, value, is_good=0.0 <= value < math.inf)
        _refuse("most_gain", self.most_gain, is_good=1.0 <= self.most_gain < math.inf)
        _refuse("coldest_k", self.coldest_k, is_good=0.0 <= self.coldest_k < 300.0)
        _refuse("hottest_k", self.hottest_k, is_good=300.0 < self.hottest_k < math.inf)
        if self.polarity not in ("white_hot", "black_hot"):
            raise InputError(
                where="polarity",
                what=f"is {self.polarity!r}.",
                mend="Give white_hot or black_hot.",
            )
        if self.calibration_s >= self.calibration_interval_s:
            raise InputError(
                where="calibration_s",
                what=f"is {self.calibration_s:g}: the shutter would never open.",
                mend="Give less than calibration_interval_s.",
            )

    def seconds_since_calibration(self, time_s: float) -> float:
        """Return for how long the shutter has been open; 0 while it is closed.

        The camera was calibrated right before the start; then the shutter closes at every
        interval.
        """
        if time_s < self.calibration_interval_s:
            return max(time_s, 0.0)
        return max(time_s % self.calibration_interval_s - self.calibration_s, 0.0)

    def is_shutter_closed(self, time_s: float) -> bool:
        """Return whether frames are repeated because the camera looks at its shutter."""
        if time_s < self.calibration_interval_s:
            return False
        return time_s % self.calibration_interval_s < self.calibration_s

    def calibrations(self, time_s: float) -> int:
        """Return how often the shutter has closed since the start."""
        return max(int(time_s // self.calibration_interval_s), 0)


def _refuse(name: str, value: float, *, is_good: bool) -> None:
    if not is_good:
        raise InputError(
            where=f"electronics, {name}",
            what=f"is {value:g}, which cannot be.",
            mend="Leave it out, or give a value as docs/reference/sensor-response.md says.",
        )
