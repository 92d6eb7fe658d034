"""What a turret knows of where it is and how it looks, and how wrong that is."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from plainview.model import Sigma, UncertaintyBasis, ViewSigma
from plainview.sensing.checked_fields import number, sources

__all__ = ["NavigationSpec", "PoseErrors", "SigmaPair"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SigmaPair:
    """The two parts of a 1-sigma, as `Sigma` has them."""

    own: float = number(low=0.0, high=1e4)
    shared: float = number(low=0.0, high=1e4)

    def sigma(self) -> Sigma:
        """Return it as a View carries it."""
        return Sigma(own=self.own, shared=self.shared)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseErrors:
    """1-sigma of what the metadata gets wrong; the fields of `ViewSigma` for relative poses.

    Of each pair ``own`` is new in each frame, and ``shared`` stays through a mission.
    """

    position_horizontal_m: SigmaPair
    position_vertical_m: SigmaPair
    platform_heading_deg: SigmaPair
    platform_pitch_deg: SigmaPair
    platform_roll_deg: SigmaPair
    relative_azimuth_deg: SigmaPair
    relative_elevation_deg: SigmaPair
    relative_roll_deg: SigmaPair
    field_of_view_ratio: SigmaPair
    time_s: SigmaPair

    def parts(self) -> dict[str, SigmaPair]:
        """Return the errors by name."""
        values = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {name: pair for name, pair in values.items() if isinstance(pair, SigmaPair)}

    def sigma(self) -> ViewSigma:
        """Return them as a View carries them, with the basis ``instrument``."""
        parts: dict[str, Any] = {name: pair.sigma() for name, pair in self.parts().items()}
        return ViewSigma(basis=UncertaintyBasis.INSTRUMENT, **parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationSpec(PoseErrors):
    """What a turret's metadata get wrong, and how fast those errors change.

    Args:
        rate_hz: Solutions a second; between them the metadata interpolates.
        position_drift_s: Time over which the error of position forgets itself.
        attitude_drift_s: Likewise of heading, pitch and roll.
        sources: Where each number comes from, by field.
    """

    rate_hz: float = number(low=0.1, high=10_000.0)
    position_drift_s: float = number(low=0.1, high=100_000.0)
    attitude_drift_s: float = number(low=0.1, high=100_000.0)
    sources: Mapping[str, str] = sources()
