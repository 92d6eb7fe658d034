"""The page of a field trial: everything in it is escaped, and what is not known is said."""

from typing import Any

from plainview.formats.trial_report import render_trial_report


def trial(**changes: Any) -> dict[str, Any]:
    row = {
        "n_looks": 3,
        "n_passes": 1,
        "n_points": 1,
        "ce90_m": 12.34,
        "ce90_low_m": None,
        "ce90_high_m": None,
        "median_m": 9.0,
        "mean_east_m": 8.0,
        "mean_north_m": -1.0,
        "predicted_ce90_m": 20.0,
        "inside_95_ellipse": 1.0,
    }
    bins = [{"range_m": [0.0, 500.0], "depression_deg": [5.0, 10.0]} | row]
    return {
        "schema_version": 1,
        "made": "2026-03-14T12:00:00Z",
        "software": "plainview 0",
        "security_marking": None,
        "is_simulated": False,
        "date": "2026-03-14",
        "inputs": [{"name": "<b>flight</b>.ts", "sha256": None}],
        "points": [
            {
                "name": "<script>x</script>",
                "latitude_deg": 1.0,
                "longitude_deg": 2.0,
                "height_hae_m": 3.0,
                "sigma_m": 0.1,
                "is_seen": False,
            }
        ],
        "applied_calibration": None,
        "as_sent": {"looks_not_located": 2, "all": row, "bins": bins},
        "calibrated": None,
        "calibrated_how": "not told: too few passes",
        "calibration": None,
        "no_calibration_because": "this flight tells no bias",
        "scatter": {"as_sent": [[1.0, 2.0], [-3.0, 0.5]], "calibrated": None},
    } | changes


def test_names_cannot_become_markup_and_what_is_missing_is_said() -> None:
    page = render_trial_report(trial())
    assert "<script" not in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "&lt;b&gt;flight" in page
    for said in (
        "NOT MARKED",
        "never seen",
        "too few passes",
        "2 looks could not be located",
        "None: this flight tells no bias",
        "within <b>12.3 m</b>",
        "0 to 0.5 km",
    ):
        assert said in page, said


def test_a_marking_is_shown_above_and_below_and_simulated_with_it() -> None:
    page = render_trial_report(trial(security_marking="RESTRICTED//", is_simulated=True))
    assert page.count("RESTRICTED// · SIMULATED") == 2


def test_a_flight_without_a_located_look_says_so() -> None:
    nothing: dict[str, Any] = {"looks_not_located": 5, "all": None, "bins": []}
    page = render_trial_report(trial(as_sent=nothing, scatter={"as_sent": [], "calibrated": None}))
    assert "No look at a surveyed point could be located" in page
    assert "<svg" not in page
