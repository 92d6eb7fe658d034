"""How far a turret's camera sees a thing: the request, and the forecast as one document."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from plainview.errors import InputError
from plainview.formats.toml_file import read_toml
from plainview.formats.turret_toml import read_given_turret
from plainview.sensing import (
    GEOMETRY_LABEL,
    KELVIN_AT_0_C,
    CameraSpec,
    InputSpread,
    RangeCurves,
    RangeScene,
    SeenObject,
    TurretSpec,
    Viewer,
    Weather,
    curves_at,
    horizon_range_m,
    range_at,
    range_interval,
    range_of_pixels_m,
    rate_still,
    scene_of,
    seen_objects_from_mapping,
    shipped_object,
    viewer_from_camera,
)
from plainview.sensing.filtered_sea import BACKGROUND_PX
from plainview.sensing.johnson import PIXELS_RULE
from plainview.sensing.point_target import threshold_from_false_alarms

__all__ = ["LEVELS", "RangeRequest", "forecast_range"]

LEVELS: Final = (0.5, 0.9)
_PAGE: Final = "docs/reference/range.md"
_N_DRAWS: Final = 100
_N_RATED: Final = 6
_MODELS: Final = {
    "spot": "fitted filter against noise and sea clutter, one picture (own model; rather too far)",
    "noise only": "the same without clutter: what a calculator says that knows the NETD alone",
    "johnson": "Johnson's cycles at an observer's display, through air and noise",
    "ttp": "targeting task performance metric: unchecked, held against no published range",
    GEOMETRY_LABEL: "pixels across the thing: no air, no noise, no contrast",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeRequest:
    """What is asked.

    Args:
        turret: A turret of the catalogue, or a file.
        camera: Of the turret; None for the one that sees farthest of those that see heat.
        focal_length_mm: None for the camera's longest.
        seen: Name of the thing.
        objects: A file of things; None for those that ship.
        visibility_km: One weather each.
        wind_m_s: Over the sea.
        altitude_m: Of the camera above the surface.
        surface_c: Temperature of the water or the ground.
        air_c: Of the air; None where it is that of the surface.
        warmer_by_k: Of the thing; None where the thing says it.
        false_alarms_per_hour: That are borne.
        jitter_px: 1-sigma within an exposure.
        is_rated: Whether stills are to be rated (NIIRS).
        seed: Of the draws.
    """

    turret: str
    camera: str | None
    focal_length_mm: float | None
    seen: str
    objects: Path | None
    visibility_km: tuple[float, ...]
    wind_m_s: float
    altitude_m: float
    surface_c: float
    air_c: float | None
    warmer_by_k: float | None
    false_alarms_per_hour: float
    jitter_px: float
    is_rated: bool
    seed: int


def forecast_range(request: RangeRequest) -> dict[str, Any]:
    """Return how far the camera sees the thing in each weather, as one document.

    Raises:
        InputError: The turret, the camera, the thing or a number of the request is refused.
    """
    _check(request)
    turret = read_given_turret(request.turret).spec
    camera = _camera(turret, request.camera)
    focal_length_mm = request.focal_length_mm or camera.focal_lengths_mm[-1]
    seen = _seen(request)
    viewer = viewer_from_camera(
        camera, focal_length_mm=focal_length_mm, jitter_px=request.jitter_px
    )
    weathers = [
        _weather(request, camera, viewer, seen=seen, visibility_km=visibility_km)
        for visibility_km in request.visibility_km
    ]
    return {
        "turret": turret.name,
        "camera": _camera_facts(camera, viewer, focal_length_mm),
        "object": _object_facts(seen),
        "inputs": _inputs(request, camera, viewer, seen=seen),
        "models": dict(_MODELS),
        GEOMETRY_LABEL: _geometry(seen, viewer),
        "weathers": weathers,
        "warnings": _warnings(camera, seen),
    }


def _check(request: RangeRequest) -> None:
    checks = (
        ("--visibility-km", all(1.0 <= one <= 300.0 for one in request.visibility_km), "1 to 300"),
        ("--altitude-m", 2.0 <= request.altitude_m <= 24_500.0, "2 to 24,500"),
        ("--wind-m-s", 0.0 <= request.wind_m_s <= 20.0, "0 to 20"),
        ("--surface-c", -60.0 <= request.surface_c <= 70.0, "-60 to 70"),
        ("--air-c", request.air_c is None or -60.0 <= request.air_c <= 60.0, "-60 to 60"),
        (
            "--warmer-by-k",
            request.warmer_by_k is None or -50.0 <= request.warmer_by_k <= 500.0,
            "-50 to 500",
        ),
        ("--jitter-px", 0.0 <= request.jitter_px <= 20.0, "0 to 20"),
        ("--seed", request.seed >= 0, "0 or more"),
    )
    for where, is_good, span in checks:
        if not is_good:
            raise InputError(
                where=where, what="is out of range, or no number.", mend=f"Give {span}."
            )


def _camera(turret: TurretSpec, name: str | None) -> CameraSpec:
    if name is not None:
        return turret.camera(name)
    thermal = [camera for camera in turret.cameras if camera.is_thermal]
    return min(
        thermal or list(turret.cameras),
        key=lambda camera: camera.ifov_rad(camera.focal_lengths_mm[-1]),
    )


def _seen(request: RangeRequest) -> SeenObject:
    if request.objects is None:
        seen = shipped_object(request.seen)
    else:
        values = read_toml(request.objects, page=_PAGE)
        known = seen_objects_from_mapping(values, where=str(request.objects))
        if request.seen not in known:
            raise InputError(
                where=f"{request.objects}, object {request.seen}",
                what="is not in this file.",
                mend=f"Choose {', '.join(known) or 'another file'}.",
            )
        seen = known[request.seen]
    if request.warmer_by_k is None:
        return seen
    sources = {**seen.sources, "warmer_by_k": "given"}
    return replace(seen, warmer_by_k=request.warmer_by_k, sources=sources)


def _weather(
    request: RangeRequest,
    camera: CameraSpec,
    viewer: Viewer,
    *,
    seen: SeenObject,
    visibility_km: float,
) -> dict[str, Any]:
    weather = Weather(
        visibility_m=1e3 * visibility_km,
        wind_m_s=request.wind_m_s,
        surface_k=KELVIN_AT_0_C + request.surface_c,
        air_k=KELVIN_AT_0_C + (request.surface_c if request.air_c is None else request.air_c),
    )
    scene = scene_of(camera, weather, altitude_m=request.altitude_m, is_sea=seen.place == "sea")
    false_alarms = request.false_alarms_per_hour
    curves = curves_at(scene, viewer, seen, false_alarms_per_hour=false_alarms)
    interval = range_interval(
        scene,
        viewer,
        seen,
        false_alarms_per_hour=false_alarms,
        spread=InputSpread(),
        generator=np.random.default_rng(request.seed),
        levels=LEVELS,
        n_draws=_N_DRAWS,
    )
    figures = [
        _figure(curves, (model, str(task)), probability, level=level, interval=ends)
        for model, tasks in curves.probability.items()
        for task, probability in tasks.items()
        for level in LEVELS
        for ends in [interval[model, task, level]]
    ]
    told: dict[str, Any] = {
        "visibility_km": visibility_km,
        "wind_m_s": request.wind_m_s,
        "figures": figures,
        "curves": _curve_columns(curves, scene),
    }
    if request.is_rated:
        told["niirs"] = _ratings(camera, viewer, scene)
    return told


def _figure(
    curves: RangeCurves,
    what: tuple[str, str],
    probability: Any,
    *,
    level: float,
    interval: tuple[float, float],
) -> dict[str, Any]:
    """Return one figure: the range, its interval, and what stands there."""
    model, task = what
    reach_m = range_at(curves.range_m, probability, level=level)
    never = bool(np.isnan(reach_m))

    def there(values: Any) -> float | None:
        found = float(np.interp(reach_m, curves.range_m, values))
        return None if never or np.isnan(found) else found

    return {
        "task": task,
        "model": model,
        "probability": level,
        "range_m": None if never else round(reach_m, 1),
        "low_m": round(interval[0], 1),
        "high_m": round(interval[1], 1),
        "is_to_the_end": not never and reach_m >= float(curves.range_m[-1]),
        "pixels_across": there(curves.pixels_across),
        "contrast_over_noise": there(np.abs(curves.contrast) / curves.noise),
        "clutter_over_noise": there(curves.clutter / curves.noise),
    }


def _curve_columns(curves: RangeCurves, scene: RangeScene) -> dict[str, Any]:
    """Return the curves as columns of numbers, NaN as null."""
    columns: dict[str, Any] = {
        "range_m": curves.range_m,
        "depression_deg": np.degrees(scene.depression_rad),
        "transmission": scene.transmission,
        "pixels_across": curves.pixels_across,
        "cycles": curves.cycles,
        "signal_to_noise": curves.signal_to_noise,
        "signal_to_clutter_and_noise": curves.signal_to_clutter_and_noise,
    }
    for model, tasks in curves.probability.items():
        for task, probability in tasks.items():
            columns[f"{task}, {model}"] = probability
    return {
        name: [None if np.isnan(one) else float(f"{one:.6g}") for one in values]
        for name, values in columns.items()
    }


def _ratings(camera: CameraSpec, viewer: Viewer, scene: RangeScene) -> list[dict[str, Any]]:
    """Return how stills would be rated at a few ranges; null where noise is too much for it."""
    rows = []
    for at in np.linspace(0, len(scene.range_m) - 1, _N_RATED + 1).astype(int)[:-1]:
        rating = rate_still(
            camera,
            viewer,
            range_m=float(scene.range_m[at]),
            elevation_deg=float(np.degrees(scene.depression_rad[at])),
            transmission=float(scene.transmission[at]),
        )
        rows.append(
            {
                "range_m": round(float(scene.range_m[at]), 1),
                "niirs": round(rating.niirs, 2) if rating.is_reliable else None,
                "niirs_sigma": rating.niirs_sigma,
                "ground_sample_m": rating.ground_sample_m,
                "is_reliable": rating.is_reliable,
            }
        )
    return rows


def _camera_facts(camera: CameraSpec, viewer: Viewer, focal_length_mm: float) -> dict[str, Any]:
    return {
        "name": camera.name,
        "band": camera.band,
        "band_um": [camera.band_low_um, camera.band_high_um],
        "focal_length_mm": focal_length_mm,
        "f_number": viewer.chain.f_number,
        "pixel_pitch_um": viewer.chain.pitch_um,
        "pixel_urad": 1e3 * viewer.chain.pixel_mrad,
        "netd_k": camera.netd_k(focal_length_mm),
        "fixed_pattern_k": None if camera.thermal is None else camera.thermal.fixed_pattern_k,
    }


def _object_facts(seen: SeenObject) -> dict[str, Any]:
    return {
        "name": seen.name,
        "description": seen.description,
        "place": seen.place,
        "size_m": [seen.width_m, seen.height_m],
        "warmer_by_k": seen.warmer_by_k,
        "warmer_sigma_k": seen.warmer_sigma_k,
        "visible_contrast": seen.visible_contrast,
        "sources": dict(seen.sources),
    }


def _inputs(
    request: RangeRequest, camera: CameraSpec, viewer: Viewer, *, seen: SeenObject
) -> dict[str, Any]:
    threshold = threshold_from_false_alarms(
        request.false_alarms_per_hour, pixels=viewer.pixels, frame_rate_hz=viewer.frame_rate_hz
    )
    spread = InputSpread()
    return {
        "altitude_m": request.altitude_m,
        "horizon_m": round(horizon_range_m(request.altitude_m), 1),
        "surface_c": request.surface_c,
        "air_c": request.surface_c if request.air_c is None else request.air_c,
        "sky": "clear",
        "air": "MODTRAN paths of mid-latitude summer, rural haze (docs/reference/atmosphere.md)",
        "clutter": _clutter(camera, seen),
        "background_px": BACKGROUND_PX,
        "false_alarms_per_hour": request.false_alarms_per_hour,
        "threshold_sigma": round(threshold, 3),
        "jitter_px": request.jitter_px,
        "interval": "90 of 100 draws",
        "seed": request.seed,
        "spread": {
            "warmer_by_k": seen.warmer_sigma_k,
            "visibility": spread.visibility,
            "noise": spread.noise,
            "clutter": spread.clutter,
            "size": spread.size,
        },
    }


def _clutter(camera: CameraSpec, seen: SeenObject) -> str:
    if not camera.is_thermal:
        return "none is taken: that of reflected light is not modelled"
    if seen.place == "land":
        return "none is taken: that of land is not modelled"
    return "waves by Cox and Munk's slopes, Fresnel's equations and a clear sky"


def _geometry(seen: SeenObject, viewer: Viewer) -> dict[str, Any]:
    side_m = min(seen.width_m, seen.height_m)
    return {
        str(task): round(
            range_of_pixels_m(
                side_m,
                PIXELS_RULE[task],
                focal_length_mm=viewer.chain.focal_length_mm,
                pitch_um=viewer.chain.pitch_um,
            ),
            1,
        )
        for task in seen.tasks
    }


def _warnings(camera: CameraSpec, seen: SeenObject) -> list[str]:
    told = []
    if not camera.is_thermal:
        told.append(
            "By day only; no search for spots is forecast in reflected light, whose clutter is not"
            " modelled: detection is an observer's."
        )
    if camera.is_thermal and seen.place == "land":
        told.append("The clutter of land is not modelled: ranges on land are too far.")
    if camera.is_thermal and seen.place == "sea":
        told.append(
            "Waves that hide the thing, whitecaps, glint and swell are left out; so are several"
            " looks at it."
        )
    return told
