"""The peer's side of `bench.radiometry`, run by itself with pybsm's folder on its path.

Reads a JSON task on standard input: ``bands`` (from, to in um, kelvin of the weight or 0) and
``paths`` (altitude m, ground range m, haze 1 or 2, whether to interpolate); answers with what
its loader gives of each path: transmission by band and at 0.55 um, null where it has none.
"""

import json
import sys

import numpy as np
from pybsm.utils import load_database_atmosphere, load_database_atmosphere_no_interp


def weights(wavelength_um: np.ndarray, band: list[float]) -> np.ndarray:
    low, high, kelvin = band
    inside = (wavelength_um >= low - 1e-9) & (wavelength_um <= high + 1e-9)
    bodies = np.ones_like(wavelength_um)
    if kelvin:
        bodies = 1.0 / wavelength_um**5 / np.expm1(14_387.77 / (wavelength_um * kelvin))
    return inside * bodies / (inside * bodies).sum()


given = json.load(sys.stdin)
wavelength_um = np.linspace(0.3, 14.0, 1371)
table = np.array([weights(wavelength_um, band) for band in given["bands"]])
answers = []
for altitude, ground_range, haze, is_between in given["paths"]:
    load = load_database_atmosphere if is_between else load_database_atmosphere_no_interp
    try:
        rows = load(altitude=altitude, ground_range=ground_range, ihaze=haze)
    except IndexError:
        answers.append(None)
        continue
    green = float(rows[np.argmin(np.abs(wavelength_um - 0.55)), 1])
    answers.append([*(table @ rows[:, 1]).tolist(), green])
json.dump(answers, sys.stdout)
