"""Real clips as oracle: their own frame centres and corners against poses that were read."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pyproj import Proj

from bench import osh_frame_center
from plainview.formats import read_klv_payloads
from plainview.geo import choose_surface, distance_and_bearing, locate_points
from plainview.misb.decode import decode_packet
from plainview.misb.framing import KlvFramer
from plainview.misb.location_residual import location_residual
from plainview.misb.metadata_set import MetadataSet
from plainview.misb.view_state import ViewState
from plainview.model import Camera, PoseBasis, RangeKind, TimeBasis, View
from plainview.units import wrap_degrees_180
from tests.conftest import SharedData

OSH = "fmv_klv/osh/sample-stream_part1.ts"
APHILL = "fmv_klv/kwiver/aphill_klv_10s.ts"
CAMERA = Camera(name="camera-1", width_px=640, height_px=480)
CORNERS_PX = np.array([[0.0, 0.0], [640.0, 0.0], [640.0, 480.0], [0.0, 480.0]])
GIMBAL = frozenset({18, 19, 20})


def metadata_sets(path: Path) -> Iterator[MetadataSet]:
    framer = KlvFramer()
    for payload in read_klv_payloads(path):
        yield from map(decode_packet, framer.feed(payload))
    yield from map(decode_packet, framer.flush())


def views_of(sets: Iterator[MetadataSet], *, taken_out: frozenset[int] = frozenset()) -> list[View]:
    state = ViewState()
    views = []
    for metadata in sets:
        items = {key: item for key, item in metadata.items.items() if key not in taken_out}
        timed = state.update(replace(metadata, items=items))
        assert timed is not None
        views.append(timed.view)
    return views


def corner_distances_m(view: View) -> list[float]:
    assert view.reported is not None
    assert view.reported.corners_deg is not None
    ground = locate_points(view, CAMERA, CORNERS_PX, surface=choose_surface(view))
    reported = np.array(view.reported.corners_deg)
    distance_m, _ = distance_and_bearing(
        (ground.latitude_deg, ground.longitude_deg), (reported[:, 0], reported[:, 1])
    )
    return [float(one) for one in distance_m]


def test_osh_frame_centres_are_met_from_pose_alone(shared_data: SharedData) -> None:
    views = views_of(metadata_sets(shared_data(OSH)))
    residual = location_residual(views)
    assert len(residual.distance_m) == residual.n_views == 170
    assert residual.p95_share is not None
    assert residual.p95_share < 0.0002
    assert residual.median_m is not None
    assert residual.median_m < 0.3


def test_turning_the_gimbal_a_degree_moves_the_frame_centre_as_the_closed_form_says(
    shared_data: SharedData,
) -> None:
    for metadata in list(metadata_sets(shared_data(OSH)))[::40]:
        bare = osh_frame_center.without(metadata, osh_frame_center.TAKEN_OUT)
        view = osh_frame_center.view_of(bare)
        expected = osh_frame_center.move_in_closed_form_m(view, 1.0)
        moved = osh_frame_center.move_as_located_m(bare, 1.0)
        assert np.linalg.norm(expected) > 40.0
        assert np.linalg.norm(moved - expected) < 0.001 * np.linalg.norm(expected)


def test_osh_corners_are_those_of_the_picture_in_order(shared_data: SharedData) -> None:
    """The clip rounds its corners to 0.25 m and its field of view to 0.02 degrees (1.3 m)."""
    views = views_of(metadata_sets(shared_data(OSH)))
    assert max(max(corner_distances_m(view)) for view in views[::10]) < 7.0


def test_osh_says_who_it_is(shared_data: SharedData) -> None:
    view = views_of(metadata_sets(shared_data(OSH)))[0]
    assert view.security_marking == "UNCLASSIFIED//US"
    assert view.platform_designation == "VRSG 5.6"
    assert view.pose_basis is PoseBasis.RELATIVE
    assert view.time_basis is TimeBasis.ASSUMED_UTC
    assert view.slant_range_kind is RangeKind.AMBIGUOUS


def test_osh_without_gimbal_angles_is_resected_from_its_corners(shared_data: SharedData) -> None:
    sets = list(metadata_sets(shared_data(OSH)))[::17]
    told = views_of(iter(sets))
    found = views_of(iter(sets), taken_out=GIMBAL)
    for truth, view in zip(told, found, strict=True):
        assert view.pose_basis is PoseBasis.CORNERS
        assert view.is_locatable
        turn_deg = wrap_degrees_180(
            (view.camera_heading_deg or 0.0) - (truth.camera_heading_deg or 0.0)
        )
        assert turn_deg == pytest.approx(0.0, abs=0.05)
        assert view.camera_elevation_deg == pytest.approx(truth.camera_elevation_deg, abs=0.05)
        assert view.camera_roll_deg == pytest.approx(truth.camera_roll_deg, abs=0.2)


def test_osh_without_place_and_gimbal_is_placed_by_its_corners(shared_data: SharedData) -> None:
    sets = list(metadata_sets(shared_data(OSH)))[:1]
    told = views_of(iter(sets))[0]
    found = views_of(iter(sets), taken_out=GIMBAL | {13, 14, 15})[0]
    assert found.is_locatable
    assert found.sigma is not None
    assert found.sigma.position_horizontal_m.own < 40.0
    distance_m, _ = distance_and_bearing(
        (told.latitude_deg or 0.0, told.longitude_deg or 0.0),
        (found.latitude_deg or 0.0, found.longitude_deg or 0.0),
    )
    assert float(distance_m) < 3.0 * found.sigma.position_horizontal_m.own


def test_every_aphill_packet_becomes_a_view(shared_data: SharedData) -> None:
    views = views_of(metadata_sets(shared_data(APHILL)))
    assert len(views) == 300
    assert all(view.is_locatable for view in views)
    assert {view.pose_basis for view in views} == {PoseBasis.NORTH_OBLIQUITY}
    assert {view.slant_range_kind for view in views} == {RangeKind.AMBIGUOUS}
    assert {view.angle_convention for view in views} == {"eg0104"}
    ranges = [view.slant_range_m for view in views]
    assert all(range_m is not None and 3000.0 < range_m < 4000.0 for range_m in ranges)


def test_aphill_read_by_the_book_is_off_by_the_convergence_of_its_grid(
    shared_data: SharedData,
) -> None:
    """Its angle to north is from grid north: 1.46 degrees over 2.8 km on the ground, 72 m."""
    views = views_of(metadata_sets(shared_data(APHILL)))
    by_the_book = location_residual(views)
    assert by_the_book.median_m == pytest.approx(72.3, abs=1.0)
    grid = Proj(proj="utm", zone=18, ellps="WGS84")
    corrected = []
    for view in views:
        convergence = grid.get_factors(view.longitude_deg, view.latitude_deg).meridian_convergence
        heading = (view.camera_heading_deg or 0.0) + convergence
        corrected.append(replace(view, camera_heading_deg=heading % 360.0))
    residual = location_residual(corrected)
    assert residual.p95_m is not None
    assert residual.p95_m < 2.0
    assert max(corner_distances_m(corrected[0])) < 2.0


def test_a_view_without_a_reported_centre_has_no_residual() -> None:
    residual = location_residual([None, View()])
    assert residual.n_views == 2
    assert len(residual.distance_m) == 0
    assert residual.median_m is residual.p95_m is residual.p95_share is None
