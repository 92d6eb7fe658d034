"""Thermal stills: FLIR's and DJI's layouts, against third-party dumps, and damaged in every way."""

import datetime as dt
import json
import math
import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from plainview.errors import FormatError
from plainview.formats.flir_fff import decode_fff
from plainview.formats.flir_jpeg import decode_flir_jpeg
from plainview.formats.jpeg_segments import split_jpeg
from plainview.formats.still import Still, StillKind, decode_still, read_still, read_still_head
from plainview.formats.still_views import StillClock, still_view
from plainview.model import Band, Radiometry
from plainview.sensing import KELVIN_AT_0_C, temperature_k_from_counts
from tests.conftest import SharedData
from tests.formats.still_files import (
    dji_raw_jpeg,
    drone_xmp,
    exif_bytes,
    flir_fff,
    flir_jpeg,
    jpeg_of,
    with_segments,
)

PATH = Path("still.jpg")
FLIR_FILES = ("FLIR_AX8", "FLIR_E40", "DJI_XT2")


def warm_counts(
    height: int = 48, width: int = 64
) -> np.ndarray[tuple[int, int], np.dtype[np.uint16]]:
    rows, columns = np.mgrid[0:height, 0:width]
    return np.asarray(17_000 + 3 * rows + columns, np.uint16)


def celsius_of(still: Still) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    assert still.radiometry is not None
    counts = np.asarray(still.pixels, np.uint16)
    return temperature_k_from_counts(counts, still.radiometry) - KELVIN_AT_0_C


def dumped(path: Path) -> dict[str, str]:
    """Return the fields of a third-party dump; of a field that stands twice the last."""
    lines = (line.partition(":") for line in path.read_text().splitlines())
    return {name.strip(): value.strip() for name, _, value in lines}


@pytest.mark.parametrize("name", FLIR_FILES[:2])
def test_temperatures_are_those_of_an_independent_reader(
    shared_data: SharedData, name: str
) -> None:
    gold = json.loads(shared_data("radiometric_jpeg/flyr_reference.json").read_text())
    known = gold["files"][f"{name}.jpg"]
    celsius = celsius_of(read_still(shared_data(f"radiometric_jpeg/{name}.jpg")))
    assert celsius.shape == (known["height"], known["width"])
    assert celsius.min() == pytest.approx(known["celsius_min"], abs=0.001)
    assert celsius.mean() == pytest.approx(known["celsius_mean"], abs=0.001)
    assert celsius.max() == pytest.approx(known["celsius_max"], abs=0.001)
    for row, column, expected in known["points_row_col_celsius"]:
        assert celsius[row, column] == pytest.approx(expected, abs=0.001)


def test_what_cameras_show_on_their_screens_is_met(shared_data: SharedData) -> None:
    spot = celsius_of(read_still(shared_data("radiometric_jpeg/FLIR_E40.jpg")))[60, 80]
    assert f"{spot:.1f}" == "20.9"  # the spot that the camera drew at 80, 60
    celsius = celsius_of(read_still(shared_data("radiometric_jpeg/FLIR_AX8.jpg")))
    assert [f"{value:.1f}" for value in (celsius.max(), celsius.mean())] == ["25.5", "25.0"]


def test_the_middle_of_a_drones_picture_is_as_warm_as_its_xmp_says(
    shared_data: SharedData,
) -> None:
    still = read_still(shared_data("radiometric_jpeg/DJI_XT2.jpg"))
    dump = dumped(shared_data("radiometric_jpeg/DJI_XT2.exiftool.txt"))
    middle = celsius_of(still)[254:258, 318:322].mean()
    assert abs(middle - float(dump["Central Temperature"])) <= 1.0  # it has no decimals
    assert still.radiometry is not None
    assert (still.radiometry.accuracy_k, still.radiometry.accuracy_ratio) == (5.0, 0.05)


@pytest.mark.parametrize("name", FLIR_FILES)
def test_constants_are_those_of_a_third_party_dump(shared_data: SharedData, name: str) -> None:
    still = read_still(shared_data(f"radiometric_jpeg/{name}.jpg"))
    dump = dumped(shared_data(f"radiometric_jpeg/{name}.exiftool.txt"))
    camera = still.radiometry
    assert camera is not None

    def said(field: str) -> float:
        return float(dump[field].split()[0])

    assert camera.planck_r1 == pytest.approx(said("Planck R1"), rel=1e-6)
    assert camera.planck_r2 == pytest.approx(said("Planck R2"), rel=1e-6)
    assert camera.planck_b_k == pytest.approx(said("Planck B"), rel=1e-6)
    assert camera.planck_o == said("Planck O")
    assert camera.emissivity == pytest.approx(said("Emissivity"), abs=0.005)
    assert camera.object_distance_m == pytest.approx(said("Object Distance"), abs=0.005)
    for kelvin, field in (
        (camera.reflected_k, "Reflected Apparent Temperature"),
        (camera.atmosphere_k, "Atmospheric Temperature"),
        (camera.window_k, "IR Window Temperature"),
        (camera.least_k, "Camera Temperature Range Min"),
        (camera.most_k, "Camera Temperature Range Max"),
    ):
        assert kelvin - KELVIN_AT_0_C == pytest.approx(said(field), abs=0.051)
    assert camera.relative_humidity == pytest.approx(said("Relative Humidity") / 100.0, abs=5e-4)
    assert still.pixels.shape[::-1] == (
        said("Raw Thermal Image Width"),
        said("Raw Thermal Image Height"),
    )


def degrees_of(text: str) -> float:
    found = re.findall(r"[\d.]+", text)
    value = sum((float(part) / 60.0**power for power, part in enumerate(found[:3])), 0.0)
    return -value if text[-1] in "SW" else value


@pytest.mark.parametrize("name", ["DJI_H20T", "DJI_XT2"])
def test_poses_are_those_of_a_third_party_dump(shared_data: SharedData, name: str) -> None:
    still = read_still(shared_data(f"radiometric_jpeg/{name}.jpg"))
    dump = dumped(shared_data(f"radiometric_jpeg/{name}.exiftool.txt"))
    pose = still.pose
    assert pose.latitude_deg == pytest.approx(degrees_of(dump["GPS Latitude"]), abs=2e-6)
    assert pose.longitude_deg == pytest.approx(degrees_of(dump["GPS Longitude"]), abs=2e-6)
    assert pose.camera_heading_deg == float(dump["Gimbal Yaw Degree"])
    assert pose.camera_elevation_deg == float(dump["Gimbal Pitch Degree"])
    assert pose.platform_heading_deg == float(dump["Flight Yaw Degree"])
    assert pose.absolute_altitude_m == float(dump["Absolute Altitude"])
    assert pose.takeoff_height_m == float(dump["Relative Altitude"])
    taken = dump["Date/Time Original"]
    assert still.head.exif.local_time is not None
    assert still.head.exif.local_time.strftime("%Y:%m:%d %H:%M:%S.%f").startswith(taken)
    view = still_view(pose, still.head.exif, StillClock())
    assert view is not None
    assert view.is_locatable
    assert view.time_us is None  # neither zone nor GPS time is said


def test_djis_own_raw_values_are_counts_without_a_temperature(shared_data: SharedData) -> None:
    path = shared_data("radiometric_jpeg/DJI_H20T.jpg")
    still = read_still(path)
    assert still.head.kind is StillKind.DJI_RAW
    assert still.band is Band.LWIR
    assert still.pixels.shape == (512, 640)
    assert still.pixels.dtype == np.uint16
    assert still.radiometry is None
    dump = dumped(path.with_suffix(".exiftool.txt"))
    assert f"Binary data {still.pixels.nbytes} bytes" in dump["Thermal Data"]
    shown = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert shown is not None
    alike = np.corrcoef(shown.ravel(), still.pixels.ravel().astype(float))[0, 1]
    assert alike > 0.5  # what the drone shows is made of them, by its own palette


def test_a_drones_photo_says_time_place_and_lens(shared_data: SharedData) -> None:
    head = read_still_head(shared_data("brighton_beach/DJI_0024.JPG"))
    assert head.kind is StillKind.PLAIN
    assert head.size_px == (4000, 2250)
    assert head.exif.local_time == dt.datetime(2016, 6, 23, 16, 32, 43)  # noqa: DTZ001
    assert head.said["GimbalPitchDegree"] == -89.9
    assert head.said["RelativeAltitude"] == 39.9


@pytest.mark.parametrize("form", ["plain", "png", "png-swapped"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_raw_counts_are_read_in_every_form_and_order(form: str, order: str) -> None:
    records = decode_fff(flir_fff(warm_counts(), form=form, order=order))
    assert records is not None
    assert records.counts is not None
    assert np.array_equal(records.counts, warm_counts())
    assert records.camera_model == "FLIR E40"
    assert records.radiometry is not None
    assert records.radiometry.planck_o == -5859


def test_constants_that_make_no_sense_leave_the_counts_without_temperature() -> None:
    for info in ({0x20: 0.0}, {0x58: math.nan}, {0x28: -40.0}, {}):
        records = decode_fff(flir_fff(warm_counts(), info=info))
        assert records is not None
        assert records.counts is not None
        assert records.radiometry is None


def test_counts_that_the_core_has_made_linear_in_temperature_are_not_taken_for_radiation() -> None:
    for gain, is_known in (("0", True), ("0.04", False)):
        xmp = drone_xmp(AbsoluteAltitude="+10.0").replace(b"/>", b' FLIR:TlinearGain="%s"/>')
        still = decode_still(flir_jpeg(warm_counts(), xmp=xmp % gain.encode()), PATH)
        assert (still.radiometry is not None) is is_known


def test_an_fff_whose_part_is_missing_is_damage() -> None:
    jpeg = flir_jpeg(warm_counts(200, 200), chunk_bytes=30_000)
    segments = split_jpeg(jpeg)
    assert len(segments.segments) > 2
    decoded = decode_flir_jpeg(segments)
    assert decoded is not None
    assert decoded.counts is not None
    first = len(segments.segments[1][1]) + 4
    without = jpeg[:2] + jpeg[2 + first :]
    with pytest.raises(FormatError, match="missing"):
        decode_still(without, PATH)


def test_chunks_out_of_order_are_put_in_order() -> None:
    jpeg = flir_jpeg(warm_counts(200, 200), chunk_bytes=30_000)
    parts = split_jpeg(jpeg).segments
    chunks = [each for each in parts if each[1].startswith(b"FLIR")]
    swapped = with_segments(jpeg_of(np.zeros((200, 200), np.uint8)), chunks[::-1])
    assert np.array_equal(decode_still(swapped, PATH).pixels, warm_counts(200, 200))


@pytest.mark.parametrize("order", ["<", ">"])
def test_exif_is_read_in_both_orders_of_bytes(order: str) -> None:
    exif = exif_bytes(
        local_time="2024:05:06 07:08:09",
        subsec="25",
        offset="-03:30",
        place=(-43.5, 172.25, 120.5),
        order=order,
    )
    head = decode_still(with_segments(jpeg_of(np.zeros((8, 8), np.uint8)), [(1, exif)]), PATH).head
    said = head.exif
    assert said.local_time == dt.datetime(2024, 5, 6, 7, 8, 9, 250_000)  # noqa: DTZ001
    assert said.utc_offset_s == -3.5 * 3600
    assert said.latitude_deg == pytest.approx(-43.5)
    assert said.longitude_deg == pytest.approx(172.25)
    assert said.altitude_msl_m == pytest.approx(120.5)


def test_the_instant_is_utc_where_the_zone_is_known() -> None:
    exif = exif_bytes(offset="+02:00", place=(1.0, 2.0, 3.0))
    still = decode_still(with_segments(jpeg_of(np.zeros((8, 8), np.uint8)), [(1, exif)]), PATH)
    view = still_view(still.pose, still.head.exif, StillClock())
    assert view is not None
    expected = dt.datetime(2024, 5, 6, 5, 8, 9, tzinfo=dt.UTC).timestamp() * 1e6
    assert view.time_us == expected
    stated = still_view(still.pose, still.head.exif, StillClock(utc_offset_s=0.0))
    assert stated is not None
    assert stated.time_us == expected + 2 * 3600 * 1e6


def test_a_position_of_nothing_is_none_and_a_place_alone_has_no_line_of_sight() -> None:
    xmp = drone_xmp(
        GpsLatitude="+0.0", GpsLongitude="0.0", GimbalYawDegree=1, GimbalPitchDegree=-45
    )
    pose = decode_still(dji_raw_jpeg(warm_counts(), xmp=xmp), PATH).pose
    assert pose.latitude_deg is None
    assert not pose.has_line_of_sight
    placed = drone_xmp(GpsLatitude="51.5", GpsLongitude="-0.1", AbsoluteAltitude="+80.0")
    still = decode_still(dji_raw_jpeg(warm_counts(), xmp=placed), PATH)
    view = still_view(still.pose, still.head.exif, StillClock())
    assert view is not None
    assert view.latitude_deg == 51.5
    assert view.pose_basis is None
    assert not view.is_locatable


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_pictures_of_16_bits_are_kept_to_the_bit(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"deep{suffix}"
    assert cv2.imwrite(str(path), warm_counts())
    still = read_still(path)
    assert still.head.kind is StillKind.DEEP
    assert np.array_equal(still.pixels, warm_counts())
    assert still.radiometry is None


def some_stills() -> dict[str, bytes]:
    counts = warm_counts()
    exif = exif_bytes(place=(10.0, 20.0, 30.0), subsec="5", focal_length_35mm=58)
    xmp = drone_xmp(GimbalYawDegree="+10.0", GimbalPitchDegree="-30.0", AbsoluteAltitude="+99.0")
    return {
        "flir": flir_jpeg(counts, exif=exif, xmp=xmp, chunk_bytes=3000),
        "flir-png": flir_jpeg(counts, exif=exif, form="png-swapped", order=">"),
        "dji": dji_raw_jpeg(counts, xmp=xmp),
        "tiff": cv2.imencode(".tif", counts)[1].tobytes(),
        "png": cv2.imencode(".png", counts)[1].tobytes(),
        "jpeg": with_segments(jpeg_of(np.asarray(counts >> 8, np.uint8)), [(1, exif)]),
    }


@pytest.mark.parametrize("name", sorted(some_stills()))
def test_mutated_stills_are_read_or_refused_and_nothing_else(name: str) -> None:
    whole = some_stills()[name]
    decode_still(whole, PATH)
    random = np.random.default_rng(7)
    n_refused = 0
    for _ in range(120):
        data = bytearray(whole)
        for place in random.integers(0, len(data), random.integers(1, 30)):
            data[place] = random.integers(0, 256)
        if random.random() < 0.3:
            del data[random.integers(0, len(data)) :]
        try:
            still = decode_still(bytes(data), PATH)
        except FormatError:
            n_refused += 1
            continue
        assert still.pixels.ndim in (2, 3)
        still_view(still.pose, still.head.exif, StillClock())
        if still.radiometry is not None:
            assert isinstance(still.radiometry, Radiometry)
            celsius_of(still)
    assert n_refused > 0


def test_a_height_model_is_refused_as_what_it_is(
    shared_data: SharedData, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(FormatError, match="its numbers are int16") as refusal:
        read_still(shared_data("dem/cobb.tif"))
    assert "--terrain" in str(refusal.value)
    assert capfd.readouterr().err == ""
