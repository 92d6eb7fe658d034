"""Asked rangefinder: the turret's, with when its operator asks it, and what the metadata say."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from plainview.model import Camera, RangeKind, Sigma, View
from plainview.sensing import kruse_extinction_1_m
from plainview.twin.flight_scenario import FlightScenario
from plainview.twin.range_beam import ask_range
from plainview.twin.rangefinder import Rangefinder
from plainview.twin.renderer import Renderer
from plainview.twin.scenario_script import ScenarioScript
from plainview.twin.scripted_ranges import is_range_asked

__all__ = ["AskedRangefinder"]

_LASER_UM: Final = 1.54
"""Of rangefinders that do no harm to eyes; assumed."""
_STREAM: Final = 8
"""Of its random numbers among the twin's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRangefinder:
    """A rangefinder that is asked when the scenario says.

    Args:
        finder: It, with its bias; None where the turret has none.
        script: Says when.
        seed: Of noise and drop-outs.
    """

    finder: Rangefinder | None
    script: ScenarioScript
    seed: int

    @classmethod
    def draw(cls, scenario: FlightScenario, seed: int) -> "AskedRangefinder":
        """Draw the rangefinder of a flight, in the air of its scenario."""
        spec = scenario.turret.rangefinder
        if spec is None:
            return cls(finder=None, script=scenario.script, seed=seed)
        extinction = kruse_extinction_1_m(scenario.world.visibility_m, _LASER_UM)
        finder = Rangefinder.draw(
            np.random.default_rng([seed, _STREAM]), spec=spec, extinction_m=float(extinction)
        )
        return cls(finder=finder, script=scenario.script, seed=seed)

    def told(
        self,
        said: View,
        renderer: Renderer,
        seen_by: tuple[Camera, View],
        *,
        frame_index: int,
        time_s: float,
    ) -> View:
        """Return what the instruments say, with the distance where one was asked for and measured.

        Args:
            said: Without it.
            renderer: Of the world.
            seen_by: The camera along whose middle it measures, and its true View.
            frame_index: From 0.
            time_s: From the world's time 0.
        """
        if self.finder is None or not is_range_asked(self.script, frame_index):
            return said
        range_m = ask_range(
            self.finder,
            renderer,
            seen_by,
            time_s=time_s,
            generator=np.random.default_rng([self.seed, _STREAM, frame_index]),
        )
        if range_m is None:
            return said
        spec = self.finder.spec
        return replace(
            said,
            slant_range_m=range_m,
            slant_range_kind=RangeKind.MEASURED,
            slant_range_sigma_m=Sigma(own=spec.noise_m, shared=spec.bias_m),
        )
