"""The lens in a calibration file: read, scaled, written, refused by name; OpenCV beside it."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from plainview.errors import InputError
from plainview.formats.calibration_toml import (
    CalibrationFile,
    read_calibration,
    toml_from_calibration,
    write_calibration,
)
from plainview.geo import LensCalibration, camera_directions, project_directions
from plainview.model import Camera

HEAD = "schema_version = 1\n"
SIZE = "width_px = 1280\nheight_px = 720\n"
MATRIX = np.array([[1500.0, 0.0, 655.5], [0.0, 1500.0, 349.5], [0.0, 0.0, 1.0]])
TERMS = np.array([-0.31, 0.12, 0.0011, -0.0007, -0.02])
"""k1, k2, p1, p2, k3, as cv2.calibrateCamera gives them."""
OPENCV = f"""[camera]
{SIZE}principal_x_px = 655.5
principal_y_px = 349.5
pixel_origin = "opencv"
focal_length_px = 1500.0
distortion = {{ k1 = -0.31, k2 = 0.12, p1 = 0.0011, p2 = -0.0007, k3 = -0.02 }}
date = 2026-03-14
"""


def read(tmp_path: Path, text: str) -> CalibrationFile:
    path = tmp_path / "turret.toml"
    path.write_text(HEAD + text)
    return read_calibration(path)


def lens_of(content: CalibrationFile, camera: str = "camera-1") -> LensCalibration:
    lens = content.calibration.lens_of(camera)
    assert lens is not None
    return lens


@pytest.mark.parametrize("scale", [1.0, 0.5, 1.5])
def test_rays_are_those_of_opencv_at_every_size(scale: float, tmp_path: Path) -> None:
    lens = lens_of(read(tmp_path, OPENCV))
    width_px, height_px = round(1280 * scale), round(720 * scale)
    camera = lens.camera(Camera(name="camera-1", width_px=width_px, height_px=height_px))
    fields_deg = lens.fields_of_view_deg
    assert fields_deg is not None
    x, y = np.meshgrid(np.linspace(0, 1280, 17), np.linspace(0, 720, 11))
    theirs_px = np.stack([x.ravel(), y.ravel()], axis=-1) - 0.5
    plane = cv2.undistortPoints(
        theirs_px[:, np.newaxis],
        MATRIX,
        TERMS,
        criteria=(cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 100, 1e-14),
    )[:, 0]
    ours_px = scale * (theirs_px + 0.5)
    fields = {"horizontal_fov_deg": fields_deg[0], "vertical_fov_deg": fields_deg[1]}
    rays = camera_directions(camera, ours_px, **fields)
    np.testing.assert_allclose(rays[:, :2] / rays[:, 2:], plane, atol=1e-9)
    np.testing.assert_allclose(project_directions(camera, rays, **fields), ours_px, atol=1e-6)


def test_a_lens_is_written_and_read_back_without_any_bias(tmp_path: Path) -> None:
    content = read(tmp_path, OPENCV)
    assert not content.calibration.parts
    assert lens_of(content).principal_point_px == (656.0, 350.0)
    write_calibration(tmp_path / "again.toml", content)
    assert read_calibration(tmp_path / "again.toml").calibration == content.calibration
    assert content.describe()["cameras"]["any"]["distortion"]["k3"] == -0.02


def test_several_cameras_have_lenses_of_their_own(tmp_path: Path) -> None:
    text = f'[camera.eo]\n{SIZE}focal_length_px = 900\n[camera."the ir"]\n{SIZE}'
    content = read(tmp_path, text)
    assert lens_of(content, "eo").focal_length_px == 900.0
    assert lens_of(content, "the ir").focal_length_px is None
    assert content.calibration.lens_of("other") is None
    assert tuple(content.calibration.lenses) == ("eo", "the ir")
    again = tmp_path / "again.toml"
    again.write_text(toml_from_calibration(content))
    assert read_calibration(again).calibration == content.calibration


def test_a_picture_of_another_shape_has_no_lens() -> None:
    lens = LensCalibration(width_px=1280, height_px=720, principal_point_px=(600.0, 400.0))
    assert lens.fits(854, 480)
    assert not lens.fits(720, 576)
    camera = lens.camera(Camera(name="c", width_px=720, height_px=576))
    assert camera.principal_point_px is None


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("camera = 3\n", "camera", "is not a table"),
        ("[camera]\n", "camera", "names nothing"),
        ("[camera]\nheight_px = 3\n", "camera.width_px", "is None, not a number of pixels"),
        ("[camera]\nwidth_px = 3.5\n", "camera.width_px", "not a number of pixels"),
        (f"[camera]\n{SIZE}focus = 1\n", "camera.focus", "is not one of"),
        (f"[camera]\n{SIZE}focal_length_px = 0\n", "camera.focal_length_px", "not a number above"),
        (f"[camera]\n{SIZE}focal_length_px = inf\n", "camera.focal_length_px", "not a number"),
        (f"[camera]\n{SIZE}principal_x_px = 3\n", "camera.principal_y_px", "is missing"),
        (
            f"[camera]\n{SIZE}principal_x_px = 3\nprincipal_y_px = 999\n",
            "camera.principal_y_px",
            "lies outside the picture",
        ),
        (f"[camera]\n{SIZE}pixel_origin = 'x'\n", "camera.pixel_origin", "not one of"),
        (f"[camera]\n{SIZE}distortion = [1]\n", "camera.distortion", "is not a table"),
        (f"[camera]\n{SIZE}[camera.distortion]\nk4 = 1\n", "camera.distortion.k4", "is not one"),
        (f"[camera.eo]\n{SIZE}zoom = 1\n", "camera.eo.zoom", "is not one of"),
        ("[camera]\neo = 1\n", "camera.eo", "is not a table"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(
    tmp_path: Path, text: str, place: str, what: str
) -> None:
    with pytest.raises(InputError, match=what) as caught:
        read(tmp_path, text)
    assert caught.value.where == f"{tmp_path / 'turret.toml'}, {place}"
    assert "docs/reference/calibration.md" in caught.value.mend
