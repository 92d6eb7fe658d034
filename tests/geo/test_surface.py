"""Which surface a View's rays are brought to."""

import numpy as np
import pytest

from plainview.geo import (
    FRAME_CENTER_HEIGHT_SIGMA_M,
    SEA_LEVEL_SIGMA_M,
    GeoidSurface,
    HeightSurface,
    NotLocated,
    Terrain,
    TerrainSurface,
    VerticalDatum,
    WithheldSurface,
    choose_surface,
    footprint,
    locate_points,
)
from plainview.model import ReportedGeometry
from tests.geo.views import HD, make_view

TERRAIN = Terrain.from_heights(
    np.zeros((3, 3)),
    north_deg=58.5,
    west_deg=5.0,
    latitude_step_deg=0.1,
    longitude_step_deg=0.1,
    vertical_datum=VerticalDatum.EGM96,
)
BOTH = ReportedGeometry(frame_center_height_hae_m=140.0, frame_center_altitude_msl_m=95.0)
APART = ReportedGeometry(frame_center_height_hae_m=140.0, frame_center_altitude_msl_m=140.0)


def test_given_terrain_comes_first() -> None:
    surface = choose_surface(make_view(reported=BOTH), terrain=TERRAIN)
    assert isinstance(surface, TerrainSurface)
    assert surface.name == "terrain"
    assert surface.sigma_m == TERRAIN.sigma_m


def test_then_the_sources_height_above_the_ellipsoid_before_that_above_the_sea() -> None:
    surface = choose_surface(make_view(reported=BOTH))
    assert surface == HeightSurface(
        height_hae_m=140.0, sigma_m=FRAME_CENTER_HEIGHT_SIGMA_M, name="frame_center_height"
    )
    above_sea = ReportedGeometry(frame_center_altitude_msl_m=95.0)
    surface = choose_surface(make_view(reported=above_sea))
    assert surface == GeoidSurface(
        altitude_msl_m=95.0, sigma_m=FRAME_CENTER_HEIGHT_SIGMA_M, name="frame_center_height"
    )


@pytest.mark.parametrize("reported", [None, ReportedGeometry(slant_range_m=5000.0)])
def test_then_the_sea(reported: ReportedGeometry | None) -> None:
    surface = choose_surface(make_view(reported=reported))
    assert surface == GeoidSurface(altitude_msl_m=0.0, sigma_m=SEA_LEVEL_SIGMA_M, name="sea_level")
    assert choose_surface(make_view(), sea_level_sigma_m=3.0).sigma_m == 3.0  # type: ignore[union-attr]


def test_the_bare_ellipsoid_only_on_request() -> None:
    surface = choose_surface(make_view(), allow_ellipsoid=True)
    assert surface is not None
    assert surface.name == "ellipsoid"
    reported = choose_surface(make_view(reported=BOTH), allow_ellipsoid=True)
    assert reported is not None
    assert reported.name == "frame_center_height"


def test_a_frame_centre_at_zero_height_is_a_height() -> None:
    surface = choose_surface(make_view(reported=ReportedGeometry(frame_center_height_hae_m=0.0)))
    assert isinstance(surface, HeightSurface)


def test_a_view_that_cannot_locate_has_no_surface() -> None:
    assert choose_surface(make_view(camera_heading_deg=None), terrain=TERRAIN) is None


@pytest.mark.parametrize(
    "surface",
    [HeightSurface(height_hae_m=1.0, sigma_m=1.0), GeoidSurface(altitude_msl_m=1.0, sigma_m=1.0)],
)
def test_level_surfaces_do_not_rise_and_unknown_places_have_no_slope(
    surface: HeightSurface | GeoidSurface,
) -> None:
    east, north = surface.slopes(np.array([10.0, np.nan]), np.array([5.0, np.nan]))
    np.testing.assert_array_equal(east, [0.0, np.nan])
    np.testing.assert_array_equal(north, [0.0, np.nan])


def test_two_heights_of_the_frame_centre_that_contradict_each_other_are_no_surface() -> None:
    """The geoid lies 46 m above the ellipsoid here: 140 m cannot be above both."""
    view = make_view(reported=APART)
    surface = choose_surface(view)
    assert isinstance(surface, WithheldSurface)
    points = locate_points(view, HD, [[640.0, 360.0]], surface=surface)
    assert points.reasons == (NotLocated.HEIGHTS_CONTRADICT,)
    assert np.isnan(points.cov_enu_m2).all()
    assert footprint(view, HD, surface=surface) is None
    with_terrain = choose_surface(view, terrain=TERRAIN)
    assert isinstance(with_terrain, TerrainSurface)
    vague = choose_surface(view, frame_center_sigma_m=20.0)
    assert isinstance(vague, HeightSurface)
