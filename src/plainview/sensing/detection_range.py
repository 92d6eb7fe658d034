"""How far a camera sees a thing: probability against range, for each task, with its interval.

Three models side by side, each named with its figures:

- ``spot``: the thing as a warm spot, behind a fitted filter, against noise and the sea's clutter
  (`point_target`). The same against noise alone stands beside it, as ``noise only``: what
  calculators print that know the NETD and no waves.
- ``johnson``: cycles that an observer at a display resolves across its smaller side.
- ``ttp``: the targeting task performance metric, which is unchecked here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.sensing.contrast_threshold import Display
from plainview.sensing.filtered_sea import HEADING_SHARES, FilteredSea, filter_sea
from plainview.sensing.johnson import JOHNSON_CYCLES_50, Task, johnson_probability
from plainview.sensing.point_target import (
    FilteredSpot,
    detection_probability,
    filter_spot,
    threshold_from_false_alarms,
)
from plainview.sensing.sea_clutter import FacetRadiance, SlopeSpectrum
from plainview.sensing.seen_object import SeenObject
from plainview.sensing.system_mtf import OpticalChain
from plainview.sensing.targeting_task import (
    Look,
    observed_cycles,
    system_threshold,
    ttp_probability,
    ttp_value,
)

__all__ = [
    "InputSpread",
    "ModelName",
    "RangeCurves",
    "RangeScene",
    "Viewer",
    "curves_at",
    "range_at",
    "range_interval",
]

Array = npt.NDArray[np.float64]
ModelName = str

_N_KNOTS: Final = 16
_NEARER: Final = 1.4
_LEAST_CLUTTER: Final = 1e-30


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A camera as range models know it.

    Args:
        chain: What blurs its pictures.
        noise: 1-sigma of a pixel in one picture, in the unit of the scene's radiances; None
            where noise is a share of what is seen (`relative_noise`).
        relative_noise: 1-sigma of a pixel in one picture over the mean of what is seen; None
            where noise is absolute.
        pixels: Of the array.
        frame_rate_hz: Of its pictures.
    """

    chain: OpticalChain
    noise: float | None
    relative_noise: float | None
    pixels: int
    frame_rate_hz: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RangeScene:
    """What lies between camera and thing, at n ranges.

    Args:
        range_m: (n,) slant ranges, rising.
        depression_rad: (n,) of the look, where it meets the sea.
        transmission: (n,) of the air, for what the thing and the sea send out.
        spectrum: The sea's slopes; None over land, whose clutter is not known.
        facet_radiance: Of the sea's facets; None where the camera sees reflected light.
        foam_radiance: Of whitecaps; None where they are not known.
        object_radiance: Of a black body of the water's temperature and so many kelvin more.
    """

    range_m: Array
    depression_rad: Array
    transmission: Array
    spectrum: SlopeSpectrum | None
    facet_radiance: FacetRadiance | None
    foam_radiance: float | None
    object_radiance: Callable[[Array], Array]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RangeCurves:
    """Probabilities against range.

    Args:
        range_m: (n,) slant ranges.
        contrast: (n,) of the thing over its surroundings as it arrives, in radiance.
        clutter: (n,) 1-sigma of the sea from pixel to pixel as it arrives, in radiance.
        noise: (n,) 1-sigma of a pixel.
        signal_to_noise: (n,) behind the filter; NaN where no spot is searched.
        signal_to_clutter_and_noise: (n,) likewise, clutter as the mean of all headings has it.
        pixels_across: (n,) pixels across the thing's smaller side.
        cycles: (n,) that an observer resolves across it.
        probability: By model, then by task, (n,).
    """

    range_m: Array
    contrast: Array
    clutter: Array
    noise: Array
    signal_to_noise: Array
    signal_to_clutter_and_noise: Array
    pixels_across: Array
    cycles: Array
    probability: dict[ModelName, dict[Task, Array]]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputSpread:
    """How far the inputs may be off, 1-sigma; every value is assumed.

    Args:
        visibility: Of the visibility's logarithm.
        noise: Of the noise's logarithm.
        clutter: Of the clutter's logarithm: the twin's pictures depart by a third of that
            (docs/benchmarks.md, `range_counted`), real seas by more.
        size: Of each side's logarithm.
    """

    visibility: float = 0.15
    noise: float = 0.10
    clutter: float = 0.30
    size: float = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draw:
    """One draw of the inputs: what each is multiplied by, and the warmth itself."""

    warmer_by_k: float
    haze: float = 1.0
    noise: float = 1.0
    clutter: float = 1.0
    size: float = 1.0


def curves_at(
    scene: RangeScene, viewer: Viewer, seen: SeenObject, *, false_alarms_per_hour: float
) -> RangeCurves:
    """Return probabilities against range, for the inputs as they are given.

    Args:
        scene: Air and sea at each range.
        viewer: The camera.
        seen: The thing.
        false_alarms_per_hour: That are borne of the search for spots.
    """
    prepared = _prepare(scene, viewer, seen)
    return _curves(prepared, _Draw(warmer_by_k=seen.warmer_by_k), false_alarms_per_hour)


def range_at(range_m: Array, probability: Array, *, level: float) -> float:
    """Return the range out to which a probability holds.

    Args:
        range_m: (n,) rising.
        probability: (n,).
        level: The least probability.

    Returns:
        Metres, between the samples where it first falls below; NaN where it never holds, the
        last range where it holds throughout.
    """
    if len(probability) == 0 or not probability[0] >= level:
        return float("nan")
    below = np.flatnonzero(~(probability >= level))
    if len(below) == 0:
        return float(range_m[-1])
    at = int(below[0])
    high, low = float(probability[at - 1]), float(probability[at])
    share = (high - level) / (high - low) if high > low else 0.0
    return float(range_m[at - 1] + share * (range_m[at] - range_m[at - 1]))


def range_interval(
    scene: RangeScene,
    viewer: Viewer,
    seen: SeenObject,
    *,
    false_alarms_per_hour: float,
    spread: InputSpread,
    generator: np.random.Generator,
    levels: tuple[float, ...] = (0.5, 0.9),
    n_draws: int = 100,
) -> dict[tuple[ModelName, Task, float], tuple[float, float]]:
    """Return the ranges between which 90 of 100 draws of the inputs lie.

    Args:
        scene: Air and sea at each range.
        viewer: The camera.
        seen: The thing.
        false_alarms_per_hour: That are borne of the search for spots.
        spread: How far the inputs may be off; the thing says its own warmth's.
        generator: Draws them.
        levels: Probabilities whose ranges are asked for.
        n_draws: How many.

    Returns:
        Low and high range in metres, by model, task and probability; a draw in which the
        probability never holds counts as range 0.
    """
    prepared = _prepare(scene, viewer, seen)
    found: dict[tuple[ModelName, Task, float], list[float]] = {}
    for _ in range(n_draws):
        draw = _drawn(seen, spread, generator)
        curves = _curves(prepared, draw, false_alarms_per_hour)
        for model, tasks in curves.probability.items():
            for task, probability in tasks.items():
                for level in levels:
                    reach_m = range_at(curves.range_m, probability, level=level)
                    found.setdefault((model, task, level), []).append(np.nan_to_num(reach_m))
    return {
        key: (float(np.quantile(values, 0.05)), float(np.quantile(values, 0.95)))
        for key, values in found.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Prepared:
    """What does not change from draw to draw."""

    scene: RangeScene
    viewer: Viewer
    seen: SeenObject
    spot: FilteredSpot | None
    sea: FilteredSea | None


def _prepare(scene: RangeScene, viewer: Viewer, seen: SeenObject) -> _Prepared:
    if scene.facet_radiance is None:
        return _Prepared(scene=scene, viewer=viewer, seen=seen, spot=None, sea=None)
    sides_m = seen.width_m, seen.height_m
    return _Prepared(
        scene=scene,
        viewer=viewer,
        seen=seen,
        spot=filter_spot(viewer.chain, sides_m, range_m=scene.range_m),
        sea=_sea_between_knots(scene, viewer.chain, sides_m),
    )


@lru_cache(maxsize=2)
def _sea_between_knots(
    scene: RangeScene, chain: OpticalChain, sides_m: tuple[float, float]
) -> FilteredSea | None:
    """Return the sea at each range, worked out at some of them: it changes slowly."""
    if scene.facet_radiance is None:
        return None
    n = len(scene.range_m)
    knots = np.unique(((n - 1) * np.linspace(0.0, 1.0, min(n, _N_KNOTS)) ** _NEARER).astype(int))
    sea = filter_sea(
        scene.facet_radiance,
        chain,
        sides_m,
        range_m=scene.range_m[knots],
        depression_rad=scene.depression_rad[knots],
        spectrum=scene.spectrum,
        foam_radiance=scene.foam_radiance,
    )
    at, known = np.log(scene.range_m), np.log(scene.range_m[knots])
    mean = _between(at, known, sea.mean)
    pixel, *behind = (
        np.exp(_between(at, known, np.log(np.maximum(part, _LEAST_CLUTTER))))
        for part in (sea.pixel, *sea.behind.T)
    )
    return FilteredSea(mean=mean, pixel=pixel, behind=np.stack(behind, axis=-1))


def _between(at: Array, known: Array, values: Array) -> Array:
    """Return values between knots by cubics whose slopes at the knots are their neighbours'."""
    slope = np.gradient(values, known) if len(known) > 1 else np.zeros(1)
    i = np.clip(np.searchsorted(known, at, side="right") - 1, 0, max(len(known) - 2, 0))
    j = np.minimum(i + 1, len(known) - 1)
    step = np.maximum(known[j] - known[i], 1e-12)
    t = (at - known[i]) / step
    low = (1.0 + 2.0 * t) * values[i] + t * step * slope[i]
    high = (3.0 - 2.0 * t) * values[j] - (1.0 - t) * step * slope[j]
    between: Array = (1.0 - t) ** 2 * low + t**2 * high
    return between


def _drawn(seen: SeenObject, spread: InputSpread, generator: np.random.Generator) -> _Draw:
    warmth, haze, noise, clutter, size = generator.standard_normal(5)
    return _Draw(
        warmer_by_k=seen.warmer_by_k + seen.warmer_sigma_k * float(warmth),
        haze=float(np.exp(spread.visibility * haze)),
        noise=float(np.exp(spread.noise * noise)),
        clutter=float(np.exp(spread.clutter * clutter)),
        size=float(np.exp(spread.size * size)),
    )


def _curves(prepared: _Prepared, draw: _Draw, false_alarms_per_hour: float) -> RangeCurves:
    scene, viewer = prepared.scene, prepared.viewer
    air = scene.transmission**draw.haze
    contrast, noise = _contrast_and_noise(prepared, draw, air)
    sea = prepared.sea
    clutter = np.zeros(len(air)) if sea is None else sea.pixel * air * draw.clutter
    probability: dict[ModelName, dict[Task, Array]] = {}
    bare = np.full(len(air), np.nan)
    cluttered = bare
    spot = prepared.spot
    if spot is not None and sea is not None:
        signal = np.abs(contrast) * spot.signal * draw.size**2
        bare = signal / (noise * spot.noise)
        waves = sea.behind * (air * draw.clutter)[:, np.newaxis]
        cluttered = signal / np.hypot(noise * spot.noise, np.sqrt(waves**2 @ HEADING_SHARES))
        by_heading = signal[:, np.newaxis] / np.hypot((noise * spot.noise)[:, np.newaxis], waves)
        threshold = threshold_from_false_alarms(
            false_alarms_per_hour, pixels=viewer.pixels, frame_rate_hz=viewer.frame_rate_hz
        )
        found = detection_probability(by_heading, threshold=threshold) @ HEADING_SHARES
        probability["spot"] = {Task.DETECT: np.minimum(found, 1.0)}
        alone = detection_probability(bare, threshold=threshold)
        probability["noise only"] = {Task.DETECT: alone}
    observed = _observed(prepared, draw, np.abs(contrast) / np.hypot(noise, clutter))
    cycles, johnson, ttp = observed
    side_m = draw.size * min(prepared.seen.width_m, prepared.seen.height_m)
    return RangeCurves(
        range_m=scene.range_m,
        contrast=contrast,
        clutter=clutter,
        noise=noise,
        signal_to_noise=bare,
        signal_to_clutter_and_noise=cluttered,
        pixels_across=side_m / (scene.range_m * viewer.chain.pixel_mrad * 1e-3),
        cycles=cycles,
        probability={**probability, "johnson": johnson, "ttp": ttp},
    )


def _contrast_and_noise(prepared: _Prepared, draw: _Draw, air: Array) -> tuple[Array, Array]:
    """Return contrast and noise as they arrive, in radiance or as shares of what is seen."""
    scene, viewer, seen = prepared.scene, prepared.viewer, prepared.seen
    if viewer.noise is not None and prepared.sea is not None:
        own = scene.object_radiance(np.full(len(air), draw.warmer_by_k))
        contrast: Array = (own - prepared.sea.mean) * air
        return contrast, np.full(len(air), viewer.noise * draw.noise)
    relative = viewer.relative_noise or 0.0
    return seen.visible_contrast * air, np.full(len(air), relative * draw.noise)


def _observed(
    prepared: _Prepared, draw: _Draw, signal_to_noise: Array
) -> tuple[Array, dict[Task, Array], dict[Task, Array]]:
    """Return the cycles that an observer resolves, and the probabilities of both models."""
    seen, viewer = prepared.seen, prepared.viewer
    look = Look(chain=viewer.chain, frame_rate_hz=viewer.frame_rate_hz, display=Display())
    threshold = system_threshold(look, signal_to_noise=signal_to_noise)
    side = min(seen.width_m, seen.height_m)
    size = float(np.sqrt(seen.width_m * seen.height_m))
    per_m = 1e3 * draw.size / prepared.scene.range_m
    cycles = observed_cycles(look, threshold, side_mrad=side * per_m)
    value = ttp_value(look, threshold, size_mrad=size * per_m)
    johnson = {
        task: johnson_probability(cycles, cycles_50=JOHNSON_CYCLES_50[task]) for task in seen.tasks
    }
    return cycles, johnson, {task: ttp_probability(value, task=task) for task in seen.tasks}
