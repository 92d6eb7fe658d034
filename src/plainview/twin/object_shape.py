"""Object shape: things as a few simple solids, each with its temperature and its reflectance.

Solids lie in the thing's own frame: x forward, y to the left, z up from the waterline or the
ground. What lies under the waterline is not drawn.
"""

from dataclasses import dataclass
from typing import Final

from plainview.twin.world import WorldObject

__all__ = ["BOX", "ELLIPSOID", "Solid", "solids_of"]

ELLIPSOID: Final = 0
BOX: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Solid:
    """One simple solid of a thing.

    Args:
        form: `ELLIPSOID` or `BOX`.
        center_m: (x, y, z) of its middle.
        half_m: Half its length, width and height.
        temperature_k: Of its surface.
        reflectance: In daylight.
        emissivity: In the infrared.
    """

    form: int
    center_m: tuple[float, float, float]
    half_m: tuple[float, float, float]
    temperature_k: float
    reflectance: float
    emissivity: float = 0.95


_Row = tuple[int, tuple[float, float, float], tuple[float, float, float], float, float]
"""Form, middle and half sizes as shares of length, width and height, reflectance over the
thing's own, and 1 where it takes the hot temperature."""

_E, _B = ELLIPSOID, BOX
_ROWS: Final[dict[str, tuple[_Row, ...]]] = {
    "person_in_water": (
        (_E, (0.0, 0.0, 0.62), (0.22, 0.18, 0.38), 1.0, 1.0),
        (_E, (0.0, 0.0, -0.05), (0.26, 0.5, 0.34), 1.4, 0.0),
    ),
    "person": (
        (_E, (0.0, 0.0, 0.92), (0.33, 0.16, 0.08), 1.2, 1.0),
        (_E, (0.0, 0.0, 0.65), (0.4, 0.45, 0.2), 1.0, 0.0),
        (_E, (0.0, 0.18, 0.25), (0.28, 0.17, 0.26), 0.7, 0.0),
        (_E, (0.0, -0.18, 0.25), (0.28, 0.17, 0.26), 0.7, 0.0),
    ),
    "raft": (
        (_E, (0.0, 0.0, 0.08), (0.5, 0.5, 0.26), 0.5, 0.0),
        (_E, (0.0, 0.0, 0.35), (0.4, 0.4, 0.65), 1.0, 0.5),
    ),
    "small_boat": (
        (_B, (-0.12, 0.0, 0.1), (0.38, 0.5, 0.28), 1.0, 0.0),
        (_E, (0.2, 0.0, 0.1), (0.3, 0.47, 0.28), 1.0, 0.0),
        (_B, (-0.05, 0.0, 0.6), (0.12, 0.3, 0.4), 0.8, 0.0),
        (_B, (-0.46, 0.0, 0.3), (0.05, 0.14, 0.25), 0.2, 1.0),
    ),
    "large_boat": (
        (_B, (-0.1, 0.0, 0.1), (0.4, 0.5, 0.22), 0.6, 0.0),
        (_E, (0.22, 0.0, 0.1), (0.28, 0.47, 0.22), 0.6, 0.0),
        (_B, (-0.2, 0.0, 0.5), (0.18, 0.38, 0.2), 1.2, 0.0),
        (_B, (-0.25, 0.0, 0.78), (0.03, 0.08, 0.12), 0.4, 1.0),
        (_B, (-0.1, 0.0, 0.85), (0.01, 0.03, 0.15), 0.8, 0.0),
    ),
    "vehicle": (
        (_B, (0.0, 0.0, 0.38), (0.5, 0.5, 0.24), 1.0, 0.0),
        (_B, (-0.06, 0.0, 0.8), (0.28, 0.44, 0.2), 0.5, 0.0),
        (_B, (0.36, 0.0, 0.6), (0.12, 0.4, 0.05), 1.0, 1.0),
    ),
    "animal": (
        (_E, (-0.05, 0.0, 0.62), (0.38, 0.5, 0.22), 1.0, 0.0),
        (_E, (0.4, 0.0, 0.85), (0.12, 0.25, 0.15), 1.0, 0.0),
        (_B, (0.2, 0.0, 0.22), (0.04, 0.35, 0.22), 0.8, 0.0),
        (_B, (-0.3, 0.0, 0.22), (0.04, 0.35, 0.22), 0.8, 0.0),
    ),
    "buoy": (
        (_E, (0.0, 0.0, 0.1), (0.5, 0.5, 0.25), 1.0, 0.0),
        (_B, (0.0, 0.0, 0.6), (0.1, 0.1, 0.4), 1.0, 0.0),
    ),
    "bird": (
        (_E, (0.0, 0.0, 0.5), (0.5, 0.12, 0.5), 1.0, 0.0),
        (_E, (0.0, 0.0, 0.6), (0.16, 0.5, 0.12), 1.0, 0.0),
    ),
    "flotsam": ((_B, (0.0, 0.0, 0.3), (0.5, 0.5, 0.7), 1.0, 0.0),),
}

_REFLECTANCES: Final = {
    "person_in_water": 0.35,
    "person": 0.3,
    "raft": 0.4,
    "small_boat": 0.6,
    "large_boat": 0.5,
    "vehicle": 0.3,
    "animal": 0.15,
    "buoy": 0.3,
    "bird": 0.7,
    "flotsam": 0.15,
}
"""In daylight; assumed, typical."""


def solids_of(thing: WorldObject, *, air_k: float) -> tuple[Solid, ...]:
    """Return the solids of a thing.

    Args:
        thing: The thing.
        air_k: Temperature of the air around it.
    """
    size = thing.size_m
    own = _REFLECTANCES[thing.kind] if thing.reflectance is None else thing.reflectance
    surface_k = thing.surface_k(air_k)
    hot_k = surface_k if thing.hot_temperature_k is None else thing.hot_temperature_k
    return tuple(
        Solid(
            form=form,
            center_m=(center[0] * size[0], center[1] * size[1], center[2] * size[2]),
            half_m=(half[0] * size[0], half[1] * size[1], half[2] * size[2]),
            temperature_k=surface_k + hot * (hot_k - surface_k),
            reflectance=min(own * shade, 1.0),
        )
        for form, center, half, shade, hot in _ROWS[thing.kind]
    )
