"""Tracks that have no place say why, and forget it when they have one again."""

from dataclasses import replace

import numpy as np
import pytest

from plainview.formats.tracks_parquet import track_rows
from plainview.geo import Terrain, VerticalDatum
from plainview.model import Detections, LifeStage, Observation, Tracks, View
from plainview.tracking import GroundLocator, LocatorSettings
from tests.geo.views import make_view
from tests.tracking.scenes import frame, registration
from tests.tracking.test_locator import tracks_at

MIDDLE = np.array([[640.0, 360.0], [700.0, 400.0]])


def located(view: View | None, *, stage: LifeStage = LifeStage.CONFIRMED) -> Tracks:
    return GroundLocator().locate(frame(0, view=view), tracks_at(MIDDLE, stage=stage))


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        (None, "no_view"),
        (make_view(height_hae_m=None), "height_unknown"),
        (make_view(camera_heading_deg=None), "direction_unknown"),
        (make_view(vertical_fov_deg=180.0), "field_of_view"),
        (make_view(camera_elevation_deg=30.0), "above_horizon"),
        (make_view(withheld="datum_moved"), "datum_moved"),
        (make_view(), None),
    ],
)
def test_why_there_is_no_place_is_told(view: View | None, reason: str | None) -> None:
    tracks = located(view)
    assert tracks.location_reason == (reason, reason)
    assert tracks.is_located.tolist() == [reason is None] * 2
    assert tracks[0].location_reason == reason


def test_a_thing_that_was_never_seen_in_a_view_is_not_seen() -> None:
    assert located(make_view(), stage=LifeStage.COASTING).location_reason == ("not_seen",) * 2


def test_a_place_that_is_predicted_has_no_reason_until_it_is_too_old() -> None:
    locator = GroundLocator(LocatorSettings(longest_prediction_s=2.0))
    reasons = []
    for index, view in enumerate([make_view(), None, None, make_view()]):
        image = frame(index, video_time_us=1_500_000 * index, view=view)
        reasons.append(locator.locate(image, tracks_at(MIDDLE)).location_reason[0])
    assert reasons == [None, None, "no_view", None]


def test_reasons_and_doubt_of_other_ground_reach_the_tables() -> None:
    tracks = located(make_view(camera_elevation_deg=30.0))
    image = frame(0, view=make_view())
    rows = track_rows(
        Observation(
            frame=image,
            registration=registration(),
            detections=Detections.empty(),
            all_tracks=tracks,
        )
    )
    assert [row["location_reason"] for row in rows] == ["above_horizon"] * 2
    assert [row["second_hit_probability"] for row in rows] == [None, None]


def test_over_terrain_the_probability_of_other_ground_is_told() -> None:
    terrain = Terrain.from_heights(
        np.zeros((400, 400)),
        north_deg=58.4,
        west_deg=4.9,
        latitude_step_deg=0.0005,
        longitude_step_deg=0.001,
        vertical_datum=VerticalDatum.WGS84_ELLIPSOID,
    )
    tracks = GroundLocator(terrain=terrain).locate(frame(0, view=make_view()), tracks_at(MIDDLE))
    np.testing.assert_array_equal(tracks.second_hit_probability, 0.0)
    assert tracks[0].second_hit_probability == 0.0
    assert replace(tracks).location_reason == (None, None)
