"""Wake: what moving boats leave on the sea behind them, as numbers that the sea kernel draws.

Behind a boat lie Kelvin's waves within arcsin(1/3) of its course, and along its track a band of
churned water: white at first, then smooth, which spreads slowly. The hull presses on the water
over half its length, so that waves much shorter than that are not raised.

Source:
    Lord Kelvin, "On ship waves", Proc. Inst. Mech. Eng. 38, 1887; M. Rabaud, F. Moisy, "Ship
    wakes: Kelvin or Mach angle?", Phys. Rev. Lett. 110, 214503, 2013 (the size of the hull);
    A. M. Reed, J. H. Milgram, "Ship wakes and their radar images", Annu. Rev. Fluid Mech. 34,
    2002 (the smooth band). How steep and how white it is, is assumed.
"""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.twin.wake_kernel import (
    N_WAKE,
    WAKE_AHEAD,
    WAKE_ALONG,
    WAKE_BEAM,
    WAKE_LENGTH,
    WAKE_NUMBER,
    WAKE_REACH,
    WAKE_SPEED,
    WAKE_TRACK,
    WAKE_WHITE,
)
from plainview.twin.world import World, WorldObject

__all__ = ["WAKE_MAKERS", "wakes_of"]

Array = npt.NDArray[np.float64]

WAKE_MAKERS: Final = ("small_boat", "large_boat")
_LEAST_SPEED_M_S: Final = 0.5
_GRAVITY_M_S2: Final = 9.81
_MOST_WAVES: Final = 10.0
_MOST_LENGTHS: Final = 60.0
"""Kelvin's waves are drawn up to so many transverse waves and so many hulls behind the boat."""
_MOST_AGE_S: Final = 90.0
"""The band is drawn up to this age; assumed. Radar has seen such bands over 41 km (O. H. Shemdin,
J. Geophys. Res. 95, 1990)."""
_WHITE_SPEED_M_S: Final = 5.0
"""Where 1 - 1/e of the water just behind the boat is white; assumed."""


def wakes_of(world: World, time_s: float) -> Array:
    """Return the wakes of a world's moving boats at an instant, (n, 11) of `wake_kernel`.

    Args:
        world: Whose boats move straight on.
        time_s: From its time 0.
    """
    rows = [
        _wake_of(world, thing, time_s)
        for thing in world.objects
        if thing.kind in WAKE_MAKERS and thing.speed_m_s >= _LEAST_SPEED_M_S and not thing.above_m
    ]
    return np.array(rows, np.float64).reshape(-1, N_WAKE)


def _wake_of(world: World, thing: WorldObject, time_s: float) -> Array:
    heading, speed = math.radians(thing.course_deg), thing.speed_m_s
    course = np.array([math.sin(heading), math.cos(heading)])
    middle = np.array([thing.east_m, thing.north_m]) + course * speed * time_s
    length, beam, _ = thing.size_m
    number = _GRAVITY_M_S2 / speed**2
    row = np.zeros(N_WAKE)
    row[WAKE_ALONG : WAKE_ALONG + 2] = world.downwind_enu[:, :2] @ middle
    row[WAKE_AHEAD : WAKE_AHEAD + 2] = world.downwind_enu[:, :2] @ course
    row[WAKE_SPEED], row[WAKE_NUMBER] = speed, number
    row[WAKE_LENGTH], row[WAKE_BEAM] = length, beam
    row[WAKE_REACH] = min(_MOST_WAVES * 2.0 * math.pi / number, _MOST_LENGTHS * length)
    row[WAKE_TRACK] = _MOST_AGE_S * speed
    row[WAKE_WHITE] = 1.0 - math.exp(-speed / _WHITE_SPEED_M_S)
    if world.land is not None and float(world.land.heights_m(*np.split(middle, 2))[0]) > 0.0:
        row[WAKE_REACH] = row[WAKE_TRACK] = 0.0
    return row
