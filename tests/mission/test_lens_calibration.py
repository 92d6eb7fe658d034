"""Footage through a lens of known distortion, located with and without its calibration."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import plainview
from bench.drawn_scene import Aim, Scenario, SceneDrawer
from bench.drawn_scene import drawn_clip as drawn_clips
from bench.drawn_scene.drawn_clip import DrawnClip, write_drawn_clip
from plainview.errors import InputError
from plainview.geo import rays_from_view
from plainview.mission.reader import Mission
from plainview.mission.view_track import ViewTrack
from plainview.model import Camera, Distortion
from tests.mission.conftest import small_scenario

WIDTH_PX, HEIGHT_PX = 640, 360
TERMS = np.array([-20.0, 400.0, 0.002, -0.001, 0.0])
"""k1, k2, p1, p2, k3. Strong, for angles are small: it moves corners by a fifth of the way."""
LEAST_ROWS = 20
GATE_M = 40.0


def scenario() -> Scenario:
    """Return the rescue with the boat held beside the middle, where the lens shifts it."""
    small = small_scenario(width_px=WIDTH_PX, height_px=HEIGHT_PX, duration_s=3.0)
    aim = Aim(start_s=0.0, object_id=1, east_m=55.0, north_m=-26.0)
    return replace(small, gimbal=replace(small.gimbal, aims=(aim,)))


def matrix(horizontal_fov_deg: float) -> Any:
    """Return the camera matrix as OpenCV has it: pixels from a centre."""
    focal_px = 0.5 * WIDTH_PX / np.tan(np.radians(0.5 * horizontal_fov_deg))
    x, y = 0.5 * WIDTH_PX - 0.5, 0.5 * HEIGHT_PX - 0.5
    return np.array([[focal_px, 0.0, x], [0.0, focal_px, y], [0.0, 0.0, 1.0]])


def undistorted_px(points_px: Any, horizontal_fov_deg: float) -> Any:
    """Return what OpenCV says of where points (n, 2) of its pixels would be without distortion."""
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 200, 1e-12)
    points = np.asarray(points_px, np.float64)[:, np.newaxis]
    pinhole = matrix(horizontal_fov_deg)
    return cv2.undistortPoints(points, pinhole, TERMS, P=pinhole, criteria=criteria)[:, 0]


class DistortingDrawer(SceneDrawer):
    """The drawer behind a lens that distorts, drawn by OpenCV."""

    def pixels(self, camera: Camera) -> npt.NDArray[np.uint8]:
        x, y = np.meshgrid(np.arange(WIDTH_PX), np.arange(HEIGHT_PX))
        drawn_px = np.stack([x.ravel(), y.ravel()], axis=-1)
        source = undistorted_px(drawn_px, self.scenario.camera.horizontal_fov_deg)
        maps = source.astype(np.float32).reshape(HEIGHT_PX, WIDTH_PX, 2)
        pixels = super().pixels(camera)
        drawn = cv2.remap(
            pixels, maps[..., 0], maps[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(drawn, np.uint8)


def calibration_text() -> str:
    k1, k2, p1, p2, k3 = TERMS
    return (
        f"schema_version = 1\n[camera]\nwidth_px = {2 * WIDTH_PX}\nheight_px = {2 * HEIGHT_PX}\n"
        f"principal_x_px = {WIDTH_PX - 0.5}\nprincipal_y_px = {HEIGHT_PX - 0.5}\n"
        f'pixel_origin = "opencv"\n'
        f"distortion = {{ k1 = {k1}, k2 = {k2}, p1 = {p1}, p2 = {p2}, k3 = {k3} }}\n"
    )


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, DrawnClip]:
    plain = write_drawn_clip(tmp_path_factory.mktemp("plain"), scenario(), seed=3)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(drawn_clips, "SceneDrawer", DistortingDrawer)
        bent = write_drawn_clip(tmp_path_factory.mktemp("bent"), scenario(), seed=3)
    return {"plain": plain, "bent": bent}


@pytest.fixture(scope="module")
def calibration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lens") / "lens.toml"
    path.write_text(calibration_text())
    return path


@pytest.fixture(scope="module")
def missions(
    clips: dict[str, DrawnClip], calibration: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Mission]:
    out = tmp_path_factory.mktemp("missions")

    def made(name: str, clip: DrawnClip, lens: Path | None) -> Mission:
        return plainview.process(
            clip.video,
            out / name,
            settings=clip.settings,
            calibration=lens,
            is_overlay_drawn=False,
        )

    return {
        "plain": made("plain", clips["plain"], None),
        "bent": made("bent", clips["bent"], None),
        "calibrated": made("calibrated", clips["bent"], calibration),
    }


def offsets_m(mission: Mission, truth: Path) -> dict[int, Any]:
    """Return where tracks lie from each true object (east, north), the median of its rows."""
    columns = ("frame_index", "latitude_deg", "longitude_deg")
    is_told = pc.and_(
        pc.is_valid(mission.tracks["latitude_deg"]),
        pc.equal(mission.tracks["life_stage"], "confirmed"),
    )
    rows = mission.tracks.filter(is_told).select(columns).to_pylist()
    things = pq.read_table(truth).select(("object_id", *columns)).to_pylist()
    by_frame: dict[int, list[dict[str, Any]]] = {}
    for thing in things:
        by_frame.setdefault(thing["frame_index"], []).append(thing)
    found: dict[int, list[Any]] = {}
    for row in rows:
        near = [(_offset_m(row, thing), thing) for thing in by_frame.get(row["frame_index"], [])]
        offset, thing = min(near, key=lambda pair: float(np.hypot(*pair[0])))
        if np.hypot(*offset) < GATE_M:
            found.setdefault(thing["object_id"], []).append(offset)
    return {name: np.median(each, axis=0) for name, each in found.items() if len(each) > LEAST_ROWS}


def _offset_m(row: dict[str, Any], thing: dict[str, Any]) -> Any:
    east = (row["longitude_deg"] - thing["longitude_deg"]) * np.cos(np.radians(48.4))
    return 111_200.0 * np.array([east, row["latitude_deg"] - thing["latitude_deg"]])


def test_a_calibrated_lens_locates_as_one_that_does_not_distort(
    missions: dict[str, Mission], clips: dict[str, DrawnClip]
) -> None:
    plain, bent, calibrated = (
        offsets_m(missions[name], clips["plain"].truth) for name in ("plain", "bent", "calibrated")
    )
    both = set(plain) & set(bent) & set(calibrated)
    assert len(both) >= 2
    as_sent_m, corrected_m = (
        np.array([np.hypot(*(run[name] - plain[name])) for name in sorted(both)])
        for run in (bent, calibrated)
    )
    assert as_sent_m.max() > 8.0
    assert corrected_m.max() < 2.0  # the box of a boat of 8 m may end at other pixels of its hull
    assert np.median(corrected_m) < 0.1 * as_sent_m.max()


def test_footprint_and_centre_follow_the_rays_of_opencv(missions: dict[str, Mission]) -> None:
    plain, bent, calibrated = (missions[name].frames for name in ("plain", "bent", "calibrated"))
    for name in ("frame_center_latitude_deg", "frame_center_longitude_deg"):
        # The tangential terms move the middle not at all: it is the principal point.
        np.testing.assert_allclose(calibrated[name].to_numpy(), plain[name].to_numpy(), atol=1e-7)
    assert bent["footprint"].equals(plain["footprint"])
    assert not calibrated["footprint"].equals(plain["footprint"])
    track = ViewTrack.of_mission(missions["calibrated"])
    view = next(view for view in track.views if view is not None)
    field_deg = view.horizontal_fov_deg
    assert field_deg is not None
    corners = np.array([[0.5, 0.5], [WIDTH_PX - 0.5, 0.5], [WIDTH_PX - 0.5, HEIGHT_PX - 0.5]])
    _, ours = rays_from_view(view, track.camera, corners)
    pinhole = Camera(name="pinhole", width_px=WIDTH_PX, height_px=HEIGHT_PX)
    _, theirs = rays_from_view(view, pinhole, undistorted_px(corners - 0.5, field_deg) + 0.5)
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_the_lens_stands_in_the_summary(missions: dict[str, Mission]) -> None:
    (camera,) = missions["calibrated"].summary["cameras"]
    assert camera["principal_point_px"] == [0.5 * WIDTH_PX, 0.5 * HEIGHT_PX]
    lens = Distortion(radial=(-20.0, 400.0, 0.0), tangential=(0.002, -0.001))
    assert camera["distortion"] == {name: list(part) for name, part in asdict(lens).items()}
    told = missions["calibrated"].summary["settings"]["calibration"]
    assert told["cameras"]["any"]["width_px"] == 2 * WIDTH_PX
    assert "distortion" not in missions["plain"].summary["cameras"][0]


@pytest.mark.parametrize(
    ("was", "becomes", "what"),
    [
        (f"height_px = {2 * HEIGHT_PX}", "height_px = 960", "is of 1280x960"),
        ("[camera]", "[camera.eo]", "the calibration is of eo"),
    ],
)
def test_a_lens_of_other_pictures_is_refused(
    was: str, becomes: str, what: str, clips: dict[str, DrawnClip], tmp_path: Path
) -> None:
    path = tmp_path / "lens.toml"
    path.write_text(calibration_text().replace(was, becomes))
    with pytest.raises(InputError, match=what):
        plainview.process(clips["plain"].video, tmp_path / "out", calibration=path)
    assert not (tmp_path / "out").exists()
