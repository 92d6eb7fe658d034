"""A forecast of ranges in words and as a plot."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from plainview.formats.range_plot import PlotCurve, RangePlot
from plainview.sensing import GEOMETRY_LABEL, Task

__all__ = ["range_plot_of", "range_text"]

_UNCHECKED: Final = {"ttp": "ttp (unchecked)"}
_BEST_RATING: Final = 9.0


def range_text(forecast: dict[str, Any]) -> str:
    """Return a forecast as a table with what its figures rest on."""
    return "\n".join(
        [
            *_head(forecast),
            "",
            *_table(forecast),
            *_geometry(forecast),
            *_ratings(forecast),
            "",
            *_rest(forecast),
            *(f"Note: {warning}" for warning in forecast["warnings"]),
        ]
    )


def _title(forecast: dict[str, Any]) -> str:
    camera = forecast["camera"]
    lens = f"{camera['focal_length_mm']:g} mm f/{camera['f_number']:.3g}"
    where = f"from {forecast['inputs']['altitude_m']:g} m"
    return (
        f"How far {forecast['turret']}, {camera['name']} ({lens}) sees:"
        f" {forecast['object']['name']}, {where}"
    )


def _thing(forecast: dict[str, Any]) -> str:
    seen = forecast["object"]
    width_m, height_m = seen["size_m"]
    if forecast["camera"]["netd_k"] is None:
        return f"{width_m:g} m x {height_m:g} m, contrast {seen['visible_contrast']:g} by day"
    colder = "warmer" if seen["warmer_by_k"] >= 0.0 else "colder"
    about = "water" if seen["place"] == "sea" else "ground"
    source = "given" if seen["sources"].get("warmer_by_k") == "given" else "assumed"
    return (
        f"{width_m:g} m x {height_m:g} m, {abs(seen['warmer_by_k']):g} K {colder}"
        f" (1-sigma {seen['warmer_sigma_k']:g} K, {source}) than {about}"
        f" of {forecast['inputs']['surface_c']:g} C"
    )


def _head(forecast: dict[str, Any]) -> Iterator[str]:
    yield _title(forecast)
    yield f"  {forecast['object']['description']}: {_thing(forecast)}"


def _table(forecast: dict[str, Any]) -> Iterator[str]:
    for weather in forecast["weathers"]:
        head = f"visibility {weather['visibility_km']:g} km, wind {weather['wind_m_s']:g} m/s"
        yield f"{head:32}{'in 50 of 100':26}in 90 of 100"
        by_row: dict[tuple[str, str], list[str]] = {}
        for figure in weather["figures"]:
            by_row.setdefault((figure["task"], figure["model"]), []).append(_cell(figure))
        for task in Task:
            for (its_task, model), cells in by_row.items():
                if its_task == task:
                    name = f"  {task}, {_UNCHECKED.get(model, model)}"
                    yield f"{name:32}" + "".join(f"{cell:26}" for cell in cells).rstrip()
        yield ""


def _cell(figure: dict[str, Any]) -> str:
    if figure["range_m"] is None:
        return "not seen so"
    if figure["is_to_the_end"]:
        return "to the horizon"
    low, high = (f"{figure[end] / 1e3:.3g}" for end in ("low_m", "high_m"))
    return f"{_length(figure['range_m'])} ({low} to {high})"


def _length(length_m: float) -> str:
    return f"{length_m / 1e3:.3g} km"


def _geometry(forecast: dict[str, Any]) -> Iterator[str]:
    figures = forecast[GEOMETRY_LABEL].items()
    told = ", ".join(f"{task} {_length(length_m)}" for task, length_m in figures)
    yield f"By {GEOMETRY_LABEL} alone (makers' 1.5, 6 and 12 pixels; no air, no noise): {told}"


def _ratings(forecast: dict[str, Any]) -> Iterator[str]:
    for weather in forecast["weathers"]:
        if "niirs" not in weather:
            continue
        told = ", ".join(
            f"{_rating(row['niirs'])} at {_length(row['range_m'])}" for row in weather["niirs"]
        )
        yield (
            f"Stills, visibility {weather['visibility_km']:g} km (NIIRS by GIQE 5, 1-sigma 0.32): "
            f"{told}"
        )


def _rating(niirs: float | None) -> str:
    if niirs is None:
        return "not reliable (signal-to-noise below 5)"
    return "above 9" if niirs > _BEST_RATING else f"{max(niirs, 0.0):.1f}"


def _rest(forecast: dict[str, Any]) -> Iterator[str]:
    inputs = forecast["inputs"]
    used = {figure["model"] for one in forecast["weathers"] for figure in one["figures"]}
    for name, what in forecast["models"].items():
        if name in used:
            yield f"{name}: {what}"
    yield f"air: {inputs['air']}; sky: {inputs['sky']}, air of {inputs['air_c']:g} C"
    yield f"clutter: {inputs['clutter']}; wind {forecast['weathers'][0]['wind_m_s']:g} m/s"
    if "spot" in used:
        yield (
            f"false alarms: {inputs['false_alarms_per_hour']:g} an hour over all pixels, which"
            f" takes {inputs['threshold_sigma']:.2f} sigma in one picture"
        )
    yield (
        f"in brackets: {inputs['interval']} of warmth, visibility, noise, clutter and size;"
        f" line-of-sight jitter {inputs['jitter_px']:g} px (assumed);"
        f" horizon at {_length(inputs['horizon_m'])}"
    )


def range_plot_of(forecast: dict[str, Any]) -> RangePlot:
    """Return the plot of a forecast: one curve a weather, and beside it that of noise alone."""
    names = {name for one in forecast["weathers"] for name in one["curves"]}
    main = "detect, spot" if "detect, spot" in names else "detect, johnson"
    shown = (
        (main, (False, False)),
        ("detect, noise only", (True, True)),
        ("recognise, johnson", (True, False)),
    )
    inputs = forecast["inputs"]
    curves = [
        PlotCurve(
            label=f"{name}, visibility {weather['visibility_km']:g} km",
            group=group,
            is_thin=is_thin,
            is_dashed=is_dashed,
            range_km=np.array(weather["curves"]["range_m"]) / 1e3,
            probability=np.array(weather["curves"][name], np.float64),
        )
        for group, weather in enumerate(forecast["weathers"])
        for name, (is_thin, is_dashed) in shown
        if name in weather["curves"]
    ]
    notes = (
        f"Air: MODTRAN paths of mid-latitude summer, rural haze. Sky: {inputs['sky']}. "
        f"Wind {forecast['weathers'][0]['wind_m_s']:g} m/s.",
        f"Clutter: {inputs['clutter']}.",
        f"False alarms: {inputs['false_alarms_per_hour']:g} an hour"
        f" ({inputs['threshold_sigma']:.2f} sigma, one picture). Jitter"
        f" {inputs['jitter_px']:g} px, assumed.",
        "Johnson: an observer at a display. Spot: a fitted filter, own model.",
    )
    return RangePlot(
        title=_title(forecast), subtitle=_thing(forecast), notes=notes, curves=tuple(curves)
    )
