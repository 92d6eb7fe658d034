"""Our VMTI packets, read back by us and by two other readers."""

from typing import Any

import numpy as np
import pytest
import stanag4609.st0903
import tstrans.klv
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.misb import (
    VmtiTarget,
    box_from_pixel_numbers,
    decode_packet,
    encode_vmti,
    frame_packet,
)

WIDTH, HEIGHT = 1280, 720
TIME_US = 1_700_000_000_000_000
CORE_IDENTIFIER = (
    "0170:F592-F023-7336-4AF8-AA91-62C0-0F2E-B2DA/16B7-4341-0008-41A0-BE36-5B5A-B96A-3645:D3"
)
COVARIANCE = np.array([[25.0, 12.0, -1.0], [12.0, 900.0, 6.0], [-1.0, 6.0, 4.0]])


def target(**changes: Any) -> VmtiTarget:
    values: dict[str, Any] = {
        "target_id": 7,
        "box_px": (100.0, 50.0, 20.0, 10.0),
        "confidence": 0.8,
        "is_coasting": False,
        "latitude_deg": 54.1234567,
        "longitude_deg": -10.7654321,
        "height_hae_m": 51.0,
        "cov_enu_m2": COVARIANCE,
    }
    return VmtiTarget(**(values | changes))


def packet(*targets: VmtiTarget, frame_number: int = 12) -> bytes:
    return encode_vmti(
        time_us=TIME_US,
        frame_number=frame_number,
        width_px=WIDTH,
        height_px=HEIGHT,
        targets=targets,
        horizontal_fov_deg=12.5,
        vertical_fov_deg=7.03,
        core_identifier=CORE_IDENTIFIER,
    )


def targets_of(raw: bytes) -> tuple[dict[Any, Any], ...]:
    metadata = decode_packet(frame_packet(raw))
    assert metadata.is_whole
    series = metadata.value(101)
    assert isinstance(series, tuple)
    return series


def test_the_set_says_when_what_picture_and_how_many() -> None:
    metadata = decode_packet(frame_packet(packet(target(), target(target_id=300))))
    assert metadata.set_name == "ST0903"
    assert metadata.is_whole
    assert metadata.time_us == TIME_US
    assert [metadata.value(tag) for tag in (4, 5, 6, 7, 8, 9)] == [6, 2, 2, 12, WIDTH, HEIGHT]
    assert metadata.value(11) == 12.5
    assert metadata.value(12) == pytest.approx(7.03, abs=0.01)
    assert metadata.value(13) == CORE_IDENTIFIER
    order = list(metadata.items)
    assert (order[0], order[-1]) == (2, 1)


def test_what_is_not_known_of_the_source_is_left_out() -> None:
    raw = encode_vmti(
        time_us=TIME_US, frame_number=0, width_px=WIDTH, height_px=HEIGHT, targets=[target()]
    )
    metadata = decode_packet(frame_packet(raw))
    assert metadata.is_whole
    assert not {11, 12, 13} & metadata.items.keys()


def test_a_target_reads_back() -> None:
    (read,) = targets_of(packet(target()))
    assert read["target_id"] == 7
    box = box_from_pixel_numbers(read[2], read[3], width_px=WIDTH)
    assert box == (100.0, 50.0, 20.0, 10.0)
    assert read[1] == 55 * WIDTH + 111
    assert read[5] == 80
    assert (read[23], read[104]) == (1, {2: 1})
    location = read[17]
    assert location["latitude_deg"] == pytest.approx(54.1234567, abs=2e-7)
    assert location["longitude_deg"] == pytest.approx(-10.7654321, abs=3e-7)
    assert location["height_hae_m"] == 51.0
    sigmas = [location[f"sigma_{axis}"] for axis in ("east", "north", "up")]
    assert sigmas == [5.0, 30.0, 2.0]
    assert location["rho_east_north"] == pytest.approx(12 / 150, abs=1e-4)
    assert location["rho_east_up"] == pytest.approx(-1 / 10, abs=1e-4)
    assert location["rho_north_up"] == pytest.approx(6 / 60, abs=1e-4)


def test_a_frame_in_which_nothing_is_has_no_target_series() -> None:
    metadata = decode_packet(frame_packet(packet()))
    assert metadata.is_whole
    assert metadata.value(5) == 0
    assert 101 not in metadata.items


def test_a_target_without_a_place_claims_neither_place_nor_activity() -> None:
    (read,) = targets_of(packet(target(latitude_deg=None)))
    assert 17 not in read
    assert 23 not in read


def test_a_coasting_target_outside_the_picture_has_a_place_and_no_pixels() -> None:
    (read,) = targets_of(packet(target(is_coasting=True, box_px=(-50.0, 0.0, 9.0, 9.0))))
    assert not {1, 2, 3} & read.keys()
    assert (read[23], read[104]) == (4, {2: 0})
    assert read[17]["height_hae_m"] == 51.0


def test_a_sigma_that_the_standard_cannot_hold_is_not_made_smaller() -> None:
    (read,) = targets_of(packet(target(cov_enu_m2=np.diag([700.0**2, 4.0, 1.0]))))
    assert read[17]["sigma_east"] is None
    assert read[17]["sigma_north"] == 2.0


@pytest.mark.parametrize("covariance", [None, np.full((3, 3), np.nan), np.diag([-1.0, 1.0, 1.0])])
def test_a_place_without_a_covariance_has_no_sigmas(covariance: Any) -> None:
    (read,) = targets_of(packet(target(cov_enu_m2=covariance)))
    assert read[17]["height_hae_m"] == 51.0
    assert all(read[17][name] is None for name in read[17] if name.startswith(("sigma", "rho")))


@pytest.mark.parametrize(
    "changes", [{"confidence": 1.1}, {"target_id": -1}, {"cov_enu_m2": np.eye(2)}]
)
def test_what_is_no_target_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"confidence|number|covariance"):
        target(**changes)


boxes = st.tuples(st.floats(-50, 1300), st.floats(-50, 740), st.floats(1, 200), st.floats(1, 200))
targets = st.builds(
    target,
    target_id=st.integers(0, 1 << 40),
    box_px=boxes,
    confidence=st.floats(0, 1),
    is_coasting=st.booleans(),
    latitude_deg=st.floats(-90, 90),
    longitude_deg=st.floats(-180, 180),
    height_hae_m=st.floats(-900, 19_000),
    cov_enu_m2=st.floats(0.1, 600).map(lambda sigma: COVARIANCE * sigma**2 / 900.0),
)


@settings(max_examples=60)
@given(st.lists(targets, max_size=5, unique_by=lambda each: each.target_id))
def test_two_other_readers_see_the_same_boxes_and_places(given_targets: list[VmtiTarget]) -> None:
    raw = packet(*given_targets)
    ours = () if not given_targets else targets_of(raw)
    peer = stanag4609.st0903.decode_vmti_local_set(raw)
    other = tstrans.klv.decode_vmti(frame_packet(raw).value)
    assert not other.field_errors
    assert other.precision_time_stamp == TIME_US
    assert len(peer.targets) == len(other.targets) == len(ours)
    for read, one, two in zip(ours, peer.targets, other.targets, strict=True):
        assert one.target_id == two.target_id == read["target_id"]
        pixels = [read.get(tag) for tag in (1, 2, 3)]
        assert [one.value(tag) for tag in (1, 2, 3)] == pixels
        assert [
            two.centroid_pixel,
            two.bbox_top_left_pixel,
            two.bbox_bottom_right_pixel,
        ] == pixels
        assert not two.field_errors
        assert two.detection_status == one.value(23) == read.get(23)
        place, location = read[17], one.value(17)
        assert float(location.latitude) == place["latitude_deg"]
        assert float(location.longitude) == place["longitude_deg"]
        assert float(location.hae) == place["height_hae_m"]
        assert [float(each) for each in location.standard_deviations] == [
            place["sigma_east"],
            place["sigma_north"],
            place["sigma_up"],
        ]
        assert [float(each) for each in location.correlations] == [
            place["rho_east_north"],
            place["rho_east_up"],
            place["rho_north_up"],
        ]
