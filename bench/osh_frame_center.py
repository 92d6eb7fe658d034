"""Frame centres from pose alone against those that a clip carries itself.

Of each packet the frame centre, the range, the width, the corners and the targets (items 21
to 24, 26 to 33, 74 and 82 to 89) are taken out before a View is made of the rest. The height
of the ground is the clip's own frame-centre height (item 25, above the sea), which stays in.
Then 1 degree is added to the gimbal's azimuth (item 18), and how the frame centre moves is
compared with the closed form: the line of sight turned about the platform's vertical axis and
brought to a level plane.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from plainview.formats import read_klv_payloads
from plainview.geo import (
    Refraction,
    choose_surface,
    distance_and_bearing,
    enu_m_from_geodetic,
    geoid_undulation_m,
    locate_points,
)
from plainview.misb import ViewState
from plainview.misb.decode import decode_packet
from plainview.misb.framing import KlvFramer
from plainview.misb.metadata_set import Item, MetadataSet
from plainview.model import Camera, View

CLIP = "fmv_klv/osh/sample-stream_part1.ts"
TAKEN_OUT = frozenset({21, 22, 23, 24, 74, *range(26, 34), *range(82, 90)})
LIMIT_SHARE = 0.0002
MOVE_LIMIT_SHARE = 0.001
AZIMUTH = 18
CAMERA = Camera(name="middle", width_px=640, height_px=480)
MIDDLE_PX = np.array([[320.0, 240.0]])
Array = npt.NDArray[np.float64]


def clip_path() -> Path | None:
    """Return where the clip is; None where it is not."""
    beside = Path(__file__).resolve().parents[1].parent / "shared" / "data"
    path = Path(os.environ.get("PLAINVIEW_DATA", beside)) / CLIP
    return path if path.exists() else None


def metadata_sets(path: Path) -> Iterator[MetadataSet]:
    """Yield the decoded packets of a file."""
    framer = KlvFramer()
    for payload in read_klv_payloads(path):
        yield from map(decode_packet, framer.feed(payload))
    yield from map(decode_packet, framer.flush())


def without(metadata: MetadataSet, tags: frozenset[int]) -> MetadataSet:
    """Return a set without some of its items."""
    items = {key: item for key, item in metadata.items.items() if key not in tags}
    return replace(metadata, items=items)


def turned(metadata: MetadataSet, degrees: float) -> MetadataSet:
    """Return a set with the gimbal's azimuth turned."""
    value = metadata.value(AZIMUTH)
    assert isinstance(value, float)
    item = Item(value=(value + degrees) % 360.0, wire=metadata.items[AZIMUTH].wire)
    return replace(metadata, items={**metadata.items, AZIMUTH: item})


def view_of(metadata: MetadataSet) -> View:
    """Return the View of one set alone."""
    timed = ViewState().update(metadata)
    assert timed is not None
    return timed.view


def center_of(view: View) -> tuple[float, float, float]:
    """Return latitude, longitude and slant range of the middle of the picture."""
    ground = locate_points(view, CAMERA, MIDDLE_PX, surface=choose_surface(view))
    return (
        float(ground.latitude_deg[0]),
        float(ground.longitude_deg[0]),
        float(ground.slant_range_m[0]),
    )


def move_in_closed_form_m(view: View, degrees: float) -> Array:
    """Return how the middle of the picture moves, east and north, on a level plane.

    With p the look, u the platform's vertical and a the turn, the look becomes
    p cos a + (u x p) sin a + u (u . p) (1 - cos a); it meets the plane at depth / look_down.
    """
    yaw, pitch, roll = _radians(
        view.platform_heading_deg, view.platform_pitch_deg, view.platform_roll_deg
    )
    heading, elevation = _radians(view.camera_heading_deg, view.camera_elevation_deg)
    vertical = np.array(
        [
            np.cos(yaw) * np.sin(pitch) * np.cos(roll) + np.sin(yaw) * np.sin(roll),
            np.sin(yaw) * np.sin(pitch) * np.cos(roll) - np.cos(yaw) * np.sin(roll),
            np.cos(pitch) * np.cos(roll),
        ]
    )
    look = np.array(
        [
            np.cos(elevation) * np.cos(heading),
            np.cos(elevation) * np.sin(heading),
            -np.sin(elevation),
        ]
    )
    turn = np.radians(degrees)
    turned_look = (
        look * np.cos(turn)
        + np.cross(vertical, look) * np.sin(turn)
        + vertical * np.dot(vertical, look) * (1.0 - np.cos(turn))
    )
    assert view.reported is not None
    assert view.reported.frame_center_altitude_msl_m is not None
    geoid_m = float(geoid_undulation_m(view.latitude_deg or 0.0, view.longitude_deg or 0.0))
    ground_m = view.reported.frame_center_altitude_msl_m + geoid_m
    depth_m = (view.height_hae_m or 0.0) - ground_m
    move = depth_m * (turned_look / turned_look[2] - look / look[2])
    return np.array([move[1], move[0]])


def _radians(*angles_deg: float | None) -> list[float]:
    return [float(np.radians(angle_deg)) for angle_deg in angles_deg if angle_deg is not None]


def move_as_located_m(metadata: MetadataSet, degrees: float) -> Array:
    """Return how the located middle of the picture moves, east and north."""
    view, turned_view = view_of(metadata), view_of(turned(metadata, degrees))
    places = []
    for each in (view, turned_view):
        ground = locate_points(
            each,
            CAMERA,
            MIDDLE_PX,
            surface=choose_surface(each),
            refraction=Refraction(coefficient=0.0),
        )
        places.append((ground.latitude_deg[0], ground.longitude_deg[0], ground.height_hae_m[0]))
    move: Array = enu_m_from_geodetic(*places[1], origin=places[0])[:2]
    return move


def run() -> dict[str, object]:
    """Measure and return the row."""
    path = clip_path()
    if path is None:
        return {"is_met": None, "skipped": f"{CLIP} is not under PLAINVIEW_DATA"}
    distances, shares, moves, errors = [], [], [], []
    for metadata in metadata_sets(path):
        bare = without(metadata, TAKEN_OUT)
        latitude, longitude, range_m = center_of(view_of(bare))
        own = (metadata.value(23), metadata.value(24))
        distance_m = float(distance_and_bearing((latitude, longitude), own)[0])  # type: ignore[arg-type]
        distances.append(distance_m)
        shares.append(distance_m / range_m)
        closed = move_in_closed_form_m(view_of(bare), 1.0)
        moves.append(float(np.linalg.norm(closed)))
        errors.append(float(np.linalg.norm(move_as_located_m(bare, 1.0) - closed)))
    p95_share = float(np.percentile(shares, 95.0))
    worst_move = max(error / move for error, move in zip(errors, moves, strict=True))
    return {
        "is_met": p95_share <= LIMIT_SHARE and worst_move <= MOVE_LIMIT_SHARE,
        "n_packets": len(shares),
        "ground_height_from": "item 25",
        "distance_median_m": float(np.median(distances)),
        "distance_p95_m": float(np.percentile(distances, 95.0)),
        "share_of_range_p95": p95_share,
        "share_of_range_limit": LIMIT_SHARE,
        "one_degree_of_item_18_moves_m": float(np.median(moves)),
        "worst_difference_from_closed_form": worst_move,
        "worst_difference_limit": MOVE_LIMIT_SHARE,
    }


if __name__ == "__main__":
    for key, value in run().items():
        print(f"{key}: {value}")
