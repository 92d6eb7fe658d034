"""What turns the raw counts of a thermal camera into temperatures, as its maker states it."""

from dataclasses import dataclass

__all__ = ["Radiometry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Radiometry:
    """The constants of one camera, and what was set for one picture.

    The temperature of a thing follows from its counts as `plainview.sensing` has it. What was
    set (emissivity, distance, the temperatures around) is what the camera's user believed; an
    error in it is not part of the maker's accuracy.

    Args:
        planck_r1: The camera's calibration; ``planck_r2``, ``planck_b_k`` (kelvin), ``planck_f``
            and ``planck_o`` (counts) likewise.
        emissivity: Of the thing, from 0 (a mirror) to 1 (a black body).
        object_distance_m: How far the thing is.
        reflected_k: Of what the thing reflects, kelvin.
        atmosphere_k: Of the air between, kelvin.
        relative_humidity: Of that air, from 0 to 1.
        window_k: Of a window before the lens, kelvin.
        window_transmission: Of that window, from 0 to 1; 1 is none.
        transmission_alpha: Of the model of the air, for its two bands; beta likewise.
        transmission_x: Share of the first band.
        least_k: The lowest temperature that the camera measures, kelvin; most likewise; NaN
            where it does not say.
        accuracy_k: What its maker states: within this of the truth,
        accuracy_ratio: or within this share of the reading in degrees Celsius, whichever is more.
    """

    planck_r1: float
    planck_r2: float
    planck_b_k: float
    planck_f: float
    planck_o: float
    emissivity: float
    object_distance_m: float
    reflected_k: float
    atmosphere_k: float
    relative_humidity: float
    window_k: float
    window_transmission: float
    transmission_alpha: tuple[float, float] = (0.006569, 0.01262)
    transmission_beta: tuple[float, float] = (-0.002276, -0.00667)
    transmission_x: float = 1.9
    least_k: float = float("nan")
    most_k: float = float("nan")
    accuracy_k: float = 2.0
    accuracy_ratio: float = 0.02
