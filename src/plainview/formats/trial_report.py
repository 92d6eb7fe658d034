"""The report of a field trial: one HTML page that needs nothing else."""

from collections.abc import Sequence
from importlib import resources
from typing import Any, Final

from plainview.formats.report.markup import Markup, element, join

__all__ = ["render_trial_report"]

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_SIZE: Final = 360.0
_MOST_DOTS: Final = 2_000
_STYLE: Final = """
table { border-collapse: collapse; margin: 8px 0; }
th, td { padding: 4px 12px; text-align: right; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; font-size: 12.5px; }
th:first-child, td:first-child { text-align: left; }
.pair { display: flex; flex-wrap: wrap; gap: 28px; }
.scatter { background: var(--wash); border: 1px solid var(--line); border-radius: 8px;
  width: 360px; }
.scatter circle.dot { fill: var(--track); fill-opacity: .35; }
.scatter .ring { fill: none; stroke: var(--accent); stroke-width: 1.5; }
.scatter line { stroke: var(--grid); } .scatter text { font-size: 11px; fill: var(--soft); }
.note { color: var(--soft); max-width: 62em; }
"""

_BIAS_UNITS: Final = {"focal_length_ratio": "", "lag_s": " s", "height_offset_m": " m"}


def render_trial_report(trial: dict[str, Any]) -> str:
    """Return the page.

    Args:
        trial: What ``trial.json`` holds.
    """
    marking = str(trial["security_marking"] or "").strip() or "NOT MARKED"
    banner = f"{marking} · SIMULATED" if trial["is_simulated"] else marking
    style = resources.files("plainview.formats.report").joinpath("style.css")
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"/>'),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"Field trial of {trial['date']}"),
        element("style", Markup(style.read_text(encoding="utf-8")), Markup(_STYLE)),
    )
    body = element(
        "body",
        element("div", banner, class_="marking"),
        element(
            "main",
            _header(trial),
            _headline(trial),
            _scatters(trial),
            _bins(
                "As sent" if not trial["applied_calibration"] else "As processed", trial["as_sent"]
            ),
            _bins("Calibrated", trial["calibrated"]),
            element("p", f"Calibrated: {trial['calibrated_how']}.", class_="note"),
            _calibration(trial),
            _points(trial["points"]),
            _provenance(trial),
        ),
        element("div", banner, class_="marking bottom"),
    )
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def _header(trial: dict[str, Any]) -> Markup:
    names = ", ".join(str(entry["name"]) for entry in trial["inputs"])
    return join(
        element("p", "plainview field trial", class_="kicker"),
        element("h1", f"What this turret does: {names}"),
        element("p", f"Flown on {trial['date']}.", class_="note"),
    )


def _headline(trial: dict[str, Any]) -> Markup:
    """Return the one sentence that counts."""
    sent = trial["as_sent"]["all"]
    if sent is None:
        return element("p", "No look at a surveyed point could be located.", class_="headline")
    calibrated = trial["calibrated"] and trial["calibrated"]["all"]
    said = f"{_metres(sent['ce90_m'])}{_interval(sent)}"
    then = ""
    if calibrated:
        within = f"{_metres(calibrated['ce90_m'])}{_interval(calibrated)}"
        then = f", and within {within} once calibrated"
    return element(
        "p",
        "Nine looks in ten fell within ",
        element("b", said),
        f" of the surveyed point{then}."
        f" {sent['n_looks']} looks at {sent['n_points']} points in {sent['n_passes']} passes.",
        class_="headline",
    )


def _metres(value_m: float) -> str:
    return f"{value_m:.1f} m"


def _interval(row: dict[str, Any]) -> str:
    if row["ce90_low_m"] is None:
        return ""
    return f" (95 % interval {row['ce90_low_m']:.1f} to {row['ce90_high_m']:.1f} m)"


def _scatters(trial: dict[str, Any]) -> Markup | None:
    both = trial["scatter"]
    if not both["as_sent"]:
        return None
    reach_m = max(max(abs(east), abs(north)) for east, north in both["as_sent"]) * 1.1 or 1.0
    pictures = [_scatter("As sent", both["as_sent"], trial["as_sent"]["all"], reach_m=reach_m)]
    if both["calibrated"]:
        known = trial["calibrated"]["all"]
        pictures.append(_scatter("Calibrated", both["calibrated"], known, reach_m=reach_m))
    return element("div", *pictures, class_="pair")


def _scatter(
    title: str, dots: Sequence[Sequence[float]], row: dict[str, Any], *, reach_m: float
) -> Markup:
    """Return errors as dots about their points, east to the right, with the CE90 circle."""
    half = 0.5 * _SIZE
    scale = half / reach_m
    every = max(1, len(dots) // _MOST_DOTS)
    shapes = [
        element("line", x1=0, y1=half, x2=_SIZE, y2=half),
        element("line", x1=half, y1=0, x2=half, y2=_SIZE),
        *(
            element(
                "circle",
                cx=round(half + scale * east, 1),
                cy=round(half - scale * north, 1),
                r=2.5,
                class_="dot",
            )
            for east, north in dots[::every]
        ),
        element("circle", cx=half, cy=half, r=round(scale * row["ce90_m"], 1), class_="ring"),
        element("text", "N", x=half + 4, y=12),
        element("text", f"{reach_m:.0f} m", x=_SIZE - 46, y=half - 5),
    ]
    size = f"{_SIZE:g}"
    picture = element(
        "svg",
        *shapes,
        viewBox=f"0 0 {size} {size}",
        class_="scatter",
        role="img",
        aria_label=f"{title}: errors east and north; the circle holds nine in ten",
    )
    return element("figure", element("figcaption", title), picture)


def _table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Markup:
    head = element("tr", *(element("th", name, scope="col") for name in names))
    body = [element("tr", *(element("td", str(cell)) for cell in row)) for row in rows]
    return element("table", element("thead", head), element("tbody", *body))


def _bins(title: str, errors: dict[str, Any] | None) -> Markup | None:
    if errors is None:
        return None
    rows = [_bin_row(row) for row in errors["bins"]]
    if errors["all"] is not None:
        rows.append(["all", "", *_figures(errors["all"])])
    left = errors["looks_not_located"]
    return join(
        element("h2", f"{title}: error by range and depression"),
        _table(
            [
                "range",
                "depression",
                "looks",
                "passes",
                "CE90",
                "95 % interval",
                "predicted CE90",
                "in the 95 % ellipse",
                "mean east",
                "mean north",
            ],
            rows,
        ),
        element("p", f"{left} looks could not be located.", class_="note") if left else None,
    )


def _bin_row(row: dict[str, Any]) -> list[str]:
    near, far = row["range_m"]
    low, high = row["depression_deg"]
    return [f"{near / 1e3:g} to {far / 1e3:g} km", f"{low:g} to {high:g}°", *_figures(row)]


def _figures(row: dict[str, Any]) -> list[str]:
    interval = "too few passes"
    if row["ce90_low_m"] is not None:
        interval = f"{row['ce90_low_m']:.1f} to {row['ce90_high_m']:.1f} m"
    return [
        str(row["n_looks"]),
        str(row["n_passes"]),
        _metres(row["ce90_m"]),
        interval,
        _metres(row["predicted_ce90_m"]),
        f"{100.0 * row['inside_95_ellipse']:.0f} %",
        f"{row['mean_east_m']:+.1f} m",
        f"{row['mean_north_m']:+.1f} m",
    ]


def _calibration(trial: dict[str, Any]) -> Markup:
    found = trial["calibration"]
    title = element("h2", "Calibration")
    if found is None:
        return join(title, element("p", f"None: {trial['no_calibration_because']}", class_="note"))
    rows = [
        [
            name,
            f"{part['value']:.4f}{_BIAS_UNITS.get(name, '°')}",
            f"as {part['tied_to']}" if part["tied_to"] else f"{part['sigma']:.4f}",
        ]
        for name, part in found["biases"].items()
    ]
    rows += [[name, "not determined", why] for name, why in found["not_determined"].items()]
    residual = found["residual"]
    return join(
        title,
        _table(["bias (source less truth)", "value", "1-sigma"], rows),
        element(
            "p",
            f"Residual {residual['before_px']:.2f} px before, {residual['after_px']:.2f} px after."
            " It is in calibration.toml and was not applied to anything:"
            " plainview process --calibration does that.",
            class_="note",
        ),
    )


def _points(points: Sequence[dict[str, Any]]) -> Markup:
    rows = [
        [
            point["name"],
            f"{point['latitude_deg']:.6f}",
            f"{point['longitude_deg']:.6f}",
            f"{point['height_hae_m']:.1f} m",
            f"{point['sigma_m']:.2f} m",
            "seen" if point["is_seen"] else "never seen",
        ]
        for point in points
    ]
    names = ["point", "latitude", "longitude", "height (ellipsoid)", "1-sigma", ""]
    return join(element("h2", "Surveyed points"), _table(names, rows))


def _provenance(trial: dict[str, Any]) -> Markup:
    rows = [[entry["name"], entry["sha256"] or "not known"] for entry in trial["inputs"]]
    return join(
        element("h2", "What it was made from"),
        _table(["file", "SHA-256"], rows),
        element(
            "p",
            f"Made {trial['made']} by {trial['software']}. Each look was brought to its point's own"
            " surveyed height, so these are errors of the turret, not of a model of the ground."
            " Looks of one pass share their errors: intervals come from drawing whole passes anew.",
            class_="note",
        ),
    )
