"""Missions whose true errors are not those that are stated, without pictures: for `bench.stress`.

A helicopter circles over boats and people at sea and its turret looks from one to the other.
What the tracker would say is drawn (true pixels with noise); what the metadata says is the true
pose with errors. The reader is always told the same 1-sigmas; the errors are as stated, or not.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from bench.drawn_flights import PIXEL_SIGMA
from bench.drawn_scene import Aim, Places, Scenario, Scene, read_scenario
from bench.drawn_scene.flight import Flight
from bench.drawn_scene.reported import encode_view, items_of_view, read_view
from bench.drawn_scene.scenario import Errors, Gimbal, SigmaPair
from plainview.geo import geoid_undulation_m, project_points
from plainview.model import (
    Detections,
    Frame,
    LifeStage,
    Observation,
    Registration,
    ReportedGeometry,
    Tracks,
    View,
)
from plainview.twin import PoseError, erroneous_view

__all__ = ["STRESSES", "Seen", "Stress", "fly"]

Array = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, PoseError], PoseError]

LENGTH_S: Final = 60.0
FRAMES_PER_S: Final = 10.0
LOOKS_S: Final = 12.0
"""How long the turret looks at one thing; it takes 4 s to the next."""
OUT_OF_VIEW_S: Final = 20.0
"""How long the tracker keeps what has left the picture, as its settings have it."""
TRACK_SIZE_PX: Final = 10.0
CENTER_EVERY: Final = 5

SURVEY_TURRET: Final = Errors(
    position_horizontal_m=SigmaPair(own=0.2, shared=1.0),
    position_vertical_m=SigmaPair(own=0.2, shared=0.5),
    platform_heading_deg=SigmaPair(own=0.02, shared=0.05),
    platform_pitch_deg=SigmaPair(own=0.015, shared=0.02),
    platform_roll_deg=SigmaPair(own=0.015, shared=0.02),
    relative_azimuth_deg=SigmaPair(own=0.005, shared=0.02),
    relative_elevation_deg=SigmaPair(own=0.005, shared=0.02),
    relative_roll_deg=SigmaPair(own=0.005, shared=0.03),
    field_of_view_ratio=SigmaPair(own=0.0005, shared=0.003),
    time_s=SigmaPair(own=0.002, shared=0.02),
)
"""Of a calibrated turret on a survey-grade inertial platform with differential GNSS: there 0.3
degrees of bore-sight is five sigma and more, a stress and not one of the errors that are stated.
The demo's turret states 0.4 degrees of heading: 0.3 degrees beside that is no contradiction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stress:
    """How the true errors differ from the stated.

    Args:
        scale: Of every error against what is stated.
        is_heavy: Whether errors have Student's distribution of 3 degrees of freedom with the
            stated sigma as its scale, instead of the normal one.
        lag_s: By how much the metadata is older than it says; 0 where that is as stated.
        boresight_deg: By which the turret looks beside where it says, any way.
        is_geoid_swapped: Whether heights are above the other datum than they say.
        turning_m_s: How far the velocity of each thing walks in a second; the scene's own
            boats and people hold their course.
    """

    scale: float = 1.0
    is_heavy: bool = False
    lag_s: float = 0.0
    boresight_deg: float = 0.0
    is_geoid_swapped: bool = False
    turning_m_s: float = 0.0


STRESSES: Final[Mapping[str, Stress]] = {
    "honest": Stress(),
    "honest_all_boats_turning": Stress(turning_m_s=0.3),
    "sigmas_twice_the_stated": Stress(scale=2.0),
    "lag_100_ms": Stress(lag_s=0.1),
    "boresight_0.3_deg": Stress(boresight_deg=0.3),
    "geoids_swapped": Stress(is_geoid_swapped=True),
    "heavy_tails": Stress(is_heavy=True),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """One frame of a mission.

    Args:
        observation: As the pipeline makes it.
        places: Where the things of its tracks truly are, row by row.
    """

    observation: Observation
    places: Places


def _draw_scenario(generator: np.random.Generator) -> Scenario:
    """Return the demo's scene flown and looked at in another way each time."""
    base = read_scenario("rescue")
    n_looks = math.ceil(LENGTH_S / LOOKS_S)
    known = [thing.object_id for thing in base.objects]
    aims = tuple(
        Aim(start_s=LOOKS_S * number, object_id=int(known[chosen]))
        for number, chosen in enumerate(generator.permutation(len(known))[:n_looks])
    )
    # Where the geoid lies 20 to 60 m off the ellipsoid, as over most of the seas.
    while True:
        latitude = float(np.degrees(np.arcsin(generator.uniform(-0.9, 0.9))))
        longitude = float(generator.uniform(-180.0, 180.0))
        if 20.0 <= abs(float(geoid_undulation_m(latitude, longitude))) <= 60.0:
            break
    return replace(
        base,
        latitude_deg=latitude,
        longitude_deg=longitude,
        camera=replace(base.camera, horizontal_fov_deg=float(generator.uniform(8.0, 16.0))),
        platform=replace(
            base.platform,
            radius_m=float(generator.uniform(500.0, 1200.0)),
            altitude_msl_m=float(generator.uniform(250.0, 700.0)),
            speed_m_s=float(generator.uniform(40.0, 60.0)),
            direction=str(generator.choice(["left", "right"])),
            start_bearing_deg=float(generator.uniform(0.0, 360.0)),
        ),
        gimbal=Gimbal(slew_s=4.0, wander_deg=0.03, jitter_deg=0.0015, aims=aims),
        instrument=SURVEY_TURRET,
    )


def _draw(generator: np.random.Generator, errors: Errors, part: str, stress: Stress) -> PoseError:
    draw = PoseError.draw_shared if part == "shared" else PoseError.draw_own
    drawn = draw(generator, errors.sigma())
    names = [entry.name for entry in fields(PoseError)]
    wider = dict.fromkeys(names, stress.scale)
    if stress.is_heavy:
        wider = {name: math.sqrt(3.0 / generator.chisquare(3.0)) for name in names}
        if part == "own":
            wider = dict.fromkeys(names, wider["east_m"])
    return replace(drawn, **{name: wider[name] * getattr(drawn, name) for name in names})


def _shared(generator: np.random.Generator, errors: Errors, stress: Stress) -> PoseError:
    """Return what the metadata of a mission gets wrong all the time."""
    drawn = _draw(generator, errors, "shared", stress)
    around = generator.uniform(0.0, 2.0 * math.pi)
    aside_deg, up_deg = stress.boresight_deg * np.array([math.sin(around), math.cos(around)])
    return replace(
        drawn,
        time_s=-stress.lag_s if stress.lag_s else drawn.time_s,
        relative_azimuth_deg=drawn.relative_azimuth_deg + float(aside_deg),
        relative_elevation_deg=drawn.relative_elevation_deg + float(up_deg),
    )


def fly(seed: int, stress: Stress, *, length_s: float = LENGTH_S) -> Iterator[Seen]:
    """Yield the frames of one mission that show anything."""
    generator = np.random.default_rng([seed, 77])
    scenario = _draw_scenario(generator)
    level_m = float(stress.scale * generator.normal(0.0, scenario.sea.level_sigma_m))
    scene = Scene.of(scenario, level_m=level_m)
    flight = Flight.draw(generator, scenario=scenario, scene=scene)
    shared = _shared(generator, scenario.instrument, stress)
    times_s = np.arange(0.0, length_s, 1.0 / FRAMES_PER_S)
    errors = [shared + _draw(generator, scenario.instrument, "own", stress) for _ in times_s]
    stated_s = times_s + [error.time_s for error in errors]
    views = flight.views(np.concatenate([times_s, stated_s]))
    sigma, last_s = None, np.full(len(scenario.objects), -np.inf)
    strayed_m = _strayed_m(generator, (len(times_s), len(scenario.objects)), stress)
    center: ReportedGeometry | None = None
    for index, (time_s, error) in enumerate(zip(times_s.tolist(), errors, strict=True)):
        true, pose = views[index], views[len(times_s) + index]
        wrong = replace(erroneous_view(pose, error), time_us=true.time_us)
        if stress.is_geoid_swapped:
            wrong = _on_other_datum(wrong)
        if sigma is None:
            read = read_view(encode_view(wrong, scenario), instrument=wrong, scenario=scenario)
            sigma = read.sigma
        if index % CENTER_EVERY == 0:
            center = _own_center(pose, error, scenario)
        told = replace(wrong, sigma=sigma, reported=None if index % CENTER_EVERY else center)
        there = scene.places(scene.object_east_north_m(time_s) + strayed_m[index])
        frame, pixels = _pictured(there, (true, told), scenario, time_s)
        pixels = pixels + generator.normal(0.0, PIXEL_SIGMA, pixels.shape)
        size = [frame.camera.width_px, frame.camera.height_px]
        is_seen = np.all((pixels > TRACK_SIZE_PX) & (pixels < size), axis=-1)
        last_s[is_seen] = time_s
        rows = np.flatnonzero(time_s - last_s <= OUT_OF_VIEW_S)
        tracks = _tracks(rows + 1, pixels[rows], is_seen[rows])
        yield Seen(observation=_observed(frame, tracks), places=_rows(there, rows))


def _on_other_datum(view: View) -> View:
    """Return a View whose heights a platform made that took one datum for the other."""
    geoid_m = float(geoid_undulation_m(view.latitude_deg or 0.0, view.longitude_deg or 0.0))
    return replace(
        view,
        height_hae_m=(view.height_hae_m or 0.0) + geoid_m,
        altitude_msl_m=(view.altitude_msl_m or 0.0) + geoid_m,
    )


def _own_center(pose: View, error: PoseError, scenario: Scenario) -> ReportedGeometry:
    """Return the frame centre as the platform computes it, from heights on their right datum."""
    items = items_of_view(erroneous_view(pose, error), scenario)
    return ReportedGeometry(
        frame_center_latitude_deg=items[23],  # type: ignore[arg-type]
        frame_center_longitude_deg=items[24],  # type: ignore[arg-type]
    )


def _strayed_m(
    generator: np.random.Generator, shape: tuple[int, int], stress: Stress
) -> npt.NDArray[np.float64]:
    """Return how far things stray from their course, (frames, things, 2) metres."""
    step_s = 1.0 / FRAMES_PER_S
    turns = stress.turning_m_s * math.sqrt(step_s) * generator.normal(size=(*shape, 2))
    strayed: npt.NDArray[np.float64] = step_s * np.cumsum(np.cumsum(turns, axis=0), axis=0)
    return strayed


def _pictured(
    places: Places, views: tuple[View, View], scenario: Scenario, time_s: float
) -> tuple[Frame, Array]:
    """Return the frame of an instant, and where all things are in it."""
    true, reported = views
    camera = scenario.camera.camera()
    pixels = project_points(
        true, camera, places.latitude_deg, places.longitude_deg, places.height_hae_m
    )
    frame = Frame(
        pixels=np.zeros((1, 1), np.uint8),
        camera=camera,
        frame_index=round(time_s * FRAMES_PER_S),
        video_time_us=round(1e6 * time_s),
        view=reported,
    )
    return frame, pixels


def _rows(places: Places, rows: npt.NDArray[np.int64]) -> Places:
    return Places(
        latitude_deg=places.latitude_deg[rows],
        longitude_deg=places.longitude_deg[rows],
        height_hae_m=places.height_hae_m[rows],
    )


def _tracks(
    track_id: npt.NDArray[np.int64], pixels: Array, is_seen: npt.NDArray[np.bool_]
) -> Tracks:
    n, size = len(pixels), TRACK_SIZE_PX
    corner = pixels - [0.5 * size, size]
    return Tracks.unlocated(
        track_id=track_id.astype(np.int64),
        box_px=np.concatenate([corner, np.full((n, 2), size)], axis=1),
        life_stage=np.where(is_seen, LifeStage.CONFIRMED, LifeStage.COASTING).astype(np.uint8),
        existence=np.ones(n),
        score=np.ones(n),
        label=(None,) * n,
        detector=("truth",) * n,
        position_cov_px2=np.broadcast_to(PIXEL_SIGMA**2 * np.eye(2), (n, 2, 2)).copy(),
        velocity_px_s=np.zeros((n, 2)),
    )


def _observed(frame: Frame, tracks: Tracks) -> Observation:
    still = Registration(
        current_from_previous=np.eye(3), residual_px=None, is_valid=False, is_restart=False
    )
    return Observation(
        frame=frame, registration=still, detections=Detections.empty(), all_tracks=tracks
    )
