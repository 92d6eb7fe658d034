"""Sea block: the room in which the sea of some pixels of a row is worked out, a row a quantity.

One array for all of them: compiled loops over rows of one array need no check that they lie apart,
and no count of who holds them.
"""

from typing import Final

__all__ = [
    "ACROSS",
    "ALONG",
    "BRIGHT",
    "DARK",
    "FOAM",
    "LEAN",
    "MET",
    "N_ROOM",
    "PART_ACROSS",
    "PART_ALONG",
    "PAST",
    "UNEVEN",
    "WAKE_FOAM",
]

N_ROOM: Final = 12
"""Rows of float32, (12, 320): `BLOCK` pixels each."""
ALONG: Final = 0
"""Slope down wind; across wind in the next row."""
ACROSS: Final = 1
UNEVEN: Final = 2
"""How the variance of the slope along the look within a pixel departs from its mean."""
MET: Final = 3
"""Cosine of incidence on the mean facet, as twice its square root less one."""
LEAN: Final = 4
"""Slope along the look, positive towards the camera."""
BRIGHT: Final = 5
"""The sun's irradiance that facets would send if they mirrored all, per steradian."""
FOAM: Final = 6
"""Share under whitecaps."""
DARK: Final = 7
"""What the mean facet does not mirror."""
PAST: Final = 8
"""Range over that of the nearest pixel, metres."""
PART_ALONG: Final = 9
"""How far past the texel before a place lies, down wind and across."""
PART_ACROSS: Final = 10
WAKE_FOAM: Final = 11
"""Share under the white water of wakes."""
