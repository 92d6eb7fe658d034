"""Derive the table of air paths that ships with the package from the one of pybsm.

Usage::

    pip download --no-deps pybsm==0.16.1 && unzip pybsm-*.whl -d pybsm
    python scripts/make_atmosphere_table.py pybsm/pybsm/atms

The source holds 3,428 paths of MODTRAN 5.2.1 from an altitude down to the ground, 0.3 to 14 um,
mid-latitude summer, rural haze of 23 and 5 km visibility, sun 40 degrees high. Here each path is
averaged over five bands: evenly where the sun lights, with the weight of a black body of 288 K
where things glow.

Its ground ranges are those of straight rays, while its rays are bent by the air and reach the
ground sooner: near the horizon a path that is named 20 km is 14 km long, which is why its
transmission stops falling there. Each path is given the range at which its ray ends.
Below 225 m, at 0.55 um, optical depth then grows with range in proportion, to 0.3 %, up to the
last path; by the names of the source it is short by a third at the horizon.

Its air below 1 km glows as if it had the temperature at 1 km: where a path is opaque its
radiance is that of 289.7 K even 2 m above the ground, where the same summer has 294.2 K (above, an
opaque path has the temperature at the camera, as it must). Thermal radiance of paths from up to
1 km is scaled from that temperature to the air's own.

On bent rays the paths end at some 0.65 of the way to the horizon. The rest is filled by the power
law of range that extinction follows over the last sixth. What is stored, by visibility, altitude,
band and distance on a scale from straight down (0) to the horizon (1), logarithmic in range:
the logarithm of mean extinction, and thermal and scattered radiance over (1 - transmission). Beside
them stands what lights level ground under that sun, from what a ground of 15 % reflects.
"""

import hashlib
import io
import sys
from pathlib import Path

import numpy as np

BANDS = (  # name, from, to (um), kelvin of the weight or 0 for even weights
    ("VIS", 0.45, 0.68, 0.0),
    ("NIR", 0.70, 1.00, 0.0),
    ("SWIR", 0.90, 1.70, 0.0),
    ("MWIR", 3.40, 5.00, 288.0),
    ("LWIR", 8.00, 12.0, 288.0),
)
VISIBILITY_M = (23_000.0, 5_000.0)
N_NODES = 64
EARTH_M = 6_371_000.0
REFRACTIVITY, SCALE_M = 262e-6, 10_000.0
"""Of the air at the ground, and the height over which it falls to 1/e: k = 0.167 at the ground.

Fitted to the proportion told above; 77.6e-6 times pressure in hPa over kelvin (K. D. Froome,
L. Essen, 1969) is 267e-6 there.
"""
HORIZON_K = 0.167
NODE, WEIGHT = np.polynomial.legendre.leggauss(200)
HIGHEST_M = 24_500.0
SECOND_UM_K = 14_387.77
GROUND_REFLECTANCE = 0.15
GROUND_K, LAPSE_K_M = 294.2, 4.5e-3
"""Mid-latitude summer to 1 km: G. P. Anderson et al., AFGL-TR-86-0110, 1986."""
LAYER_M, OPAQUE_K, THIN_K = 1000.0, 289.7, 291.0
"""The source's lowest layer, and its temperatures as read from its opaque and its thin paths."""
TARGET = Path(__file__).parents[1] / "src/plainview/sensing/data/air_paths.npz"

Array = np.ndarray


def bent_range_m(altitude_m: float, straight_m: Array) -> Array:
    """Return where rays that leave towards a ground range straight on reach the ground."""
    radius, turn = EARTH_M + altitude_m, straight_m / EARTH_M
    zenith = np.pi - np.arctan2(EARTH_M * np.sin(turn), radius - EARTH_M * np.cos(turn))
    height = altitude_m * (NODE + 1.0) / 2.0
    index = 1.0 + REFRACTIVITY * np.exp(-np.append(height, altitude_m) / SCALE_M)
    invariant = (index[-1] * radius * np.sin(zenith))[:, np.newaxis]  # Bouguer's
    along = EARTH_M + height
    rate = invariant / (along * np.sqrt((index[:-1] * along) ** 2 - invariant**2))
    return EARTH_M * (rate @ (WEIGHT * altitude_m / 2.0))


def slant_range_m(altitude_m: float, ground_m: Array) -> Array:
    """Return the distance from an altitude to the ground at a ground range."""
    radius = EARTH_M + altitude_m
    chord = 2.0 * np.sqrt(radius * EARTH_M) * np.sin(ground_m / EARTH_M / 2.0)
    return np.hypot(altitude_m, chord)


def horizon_slant_m(altitude_m: float) -> float:
    """Return the distance to which the scale of a row reaches: the horizon, and a little more."""
    return altitude_m + np.sqrt(2.0 * altitude_m * EARTH_M / (1.0 - HORIZON_K))


def band_values(path: Path) -> Array:
    """Return transmission, thermal and scattered radiance (W m^-2 sr^-1) of a path, (5, 3)."""
    wavelength = np.linspace(0.3, 14.0, 1371)
    columns = np.fromfile(path, np.float32).reshape(1371, 5, order="F").astype(np.float64)
    rows = []
    for _, low, high, kelvin in BANDS:
        inside = (wavelength >= low - 1e-9) & (wavelength <= high + 1e-9)
        length = wavelength[inside]
        weight = np.ones_like(length)
        if kelvin:
            weight = 1.0 / length**5 / np.expm1(SECOND_UM_K / (length * kelvin))
        transmission = np.average(columns[inside, 0], weights=weight)
        radiance = 1e4 * columns[inside][:, [1, 3]].mean(axis=0) * (high - low)
        rows.append([transmission, *radiance])
    return np.array(rows)


def ground_irradiance(path: Path) -> Array:
    """Return what lights level ground in each band, W m^-2, by a path from 2 m straight down."""
    wavelength = np.linspace(0.3, 14.0, 1371)
    columns = np.fromfile(path, np.float32).reshape(1371, 5, order="F").astype(np.float64)
    reflected = 1e4 * columns[:, 4] / np.maximum(columns[:, 0], 1e-6)
    inside = [(wavelength >= band[1] - 1e-9) & (wavelength <= band[2] + 1e-9) for band in BANDS]
    means = [reflected[each].mean() * (b[2] - b[1]) for each, b in zip(inside, BANDS, strict=True)]
    return np.array(means) * np.pi / GROUND_REFLECTANCE


def own_glow(altitude_m: float, transmission: Array, band: int) -> Array:
    """Return how much more the air below 1 km glows at its own temperature than in the source."""
    if altitude_m > LAYER_M:
        return np.ones_like(transmission)
    at_camera = GROUND_K - LAPSE_K_M * altitude_m
    middle = GROUND_K - LAPSE_K_M * altitude_m / 2.0
    own = at_camera + transmission * (middle - at_camera)
    theirs = OPAQUE_K + transmission * (THIN_K - OPAQUE_K)
    wavelength = np.linspace(BANDS[band][1], BANDS[band][2], 101)[:, np.newaxis]
    bodies = [
        (1.0 / wavelength**5 / np.expm1(SECOND_UM_K / (wavelength * each))).sum(axis=0)
        for each in (own, theirs)
    ]
    return bodies[0] / bodies[1]


def nodes_of_row(altitude_m: float, ground_m: Array, values: Array) -> Array:
    """Return what is stored of one altitude and visibility, (5, 3, nodes)."""
    slant = slant_range_m(altitude_m, bent_range_m(altitude_m, ground_m))
    node = altitude_m * (horizon_slant_m(altitude_m) / altitude_m) ** np.linspace(0, 1, N_NODES)
    stored = np.empty((len(BANDS), 3, N_NODES))
    for band in range(len(BANDS)):
        transmission = values[:, band, 0]
        is_sound = transmission > 1e-4  # the source has four decimals
        known, x = np.minimum(transmission[is_sound], 0.9999), np.log(slant[is_sound])
        y = np.log(-np.log(known) / slant[is_sound])
        last = x > x[-1] - 1.0 / 6.0
        last[-4:] = True
        slope = np.clip(np.polyfit(x[last], y[last], 1)[0], -0.9, 0.5)
        beyond = y[-1] + slope * (np.log(node) - x[-1])
        stored[band, 0] = np.where(np.log(node) > x[-1], beyond, np.interp(np.log(node), x, y))
        for k in (1, 2):
            source = values[is_sound, band, k] / (1.0 - known)
            source = source * own_glow(altitude_m, known, band) if k == 1 else source
            stored[band, k] = np.interp(np.log(node), x, source)
    return stored


def main() -> None:
    """Build the table from the folder named on the command line."""
    folder = Path(sys.argv[1])
    index = np.genfromtxt(folder / "fileDecoder.csv", delimiter=",", skip_header=1)[:, :4]
    index = index[index[:, 1] * 1000.0 <= HIGHEST_M]
    values = np.array([band_values(folder / f"{int(row[0])}.bin") for row in index])
    altitude_m = np.unique(np.round(index[:, 1] * 1000.0, 3))
    stored = np.empty((2, len(altitude_m), len(BANDS), 3, N_NODES), np.float32)
    for i, haze in enumerate((1, 2)):
        for j, altitude in enumerate(altitude_m):
            rows = (index[:, 3] == haze) & (np.round(index[:, 1] * 1000.0, 3) == altitude)
            stored[i, j] = nodes_of_row(altitude, index[rows, 2] * 1000.0, values[rows])
    first = [index[(index[:, 3] == haze) & (index[:, 1] == 0.002), 0][0] for haze in (1, 2)]
    lit = np.array([ground_irradiance(folder / f"{int(each)}.bin") for each in first])
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        visibility_m=np.array(VISIBILITY_M),
        altitude_m=altitude_m,
        band=np.array([band[0] for band in BANDS]),
        limits_um=np.array([band[1:3] for band in BANDS]),
        log_extinction_1_m=stored[:, :, :, 0],
        thermal_source=stored[:, :, :, 1],
        scatter_source=stored[:, :, :, 2],
        ground_irradiance=lit,
    )
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(buffer.getvalue())
    digest = hashlib.sha256(buffer.getvalue()).hexdigest()
    print(f"{TARGET.name}: {len(buffer.getvalue())} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
