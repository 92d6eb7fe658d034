"""Looks at things from flights with known biases, for the tests of their estimation."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from plainview.geo import (
    Looks,
    PoseBias,
    Things,
    destination,
    ecef_from_enu,
    ecef_from_geodetic,
    geodetic_from_ecef,
    project_points,
)
from plainview.model import Camera, Sigma, UncertaintyBasis, View, ViewSigma
from tests.geo.views import make_relative_view

Array = npt.NDArray[np.float64]

CAMERA = Camera(name="camera-1", width_px=1280, height_px=720)
PLACE = (58.3, 5.1, 40.0)
OWN_DEG = 0.01
SIGMA = ViewSigma(
    position_horizontal_m=Sigma(own=0.2, shared=2.0),
    position_vertical_m=Sigma(own=0.2, shared=4.0),
    platform_heading_deg=Sigma(own=OWN_DEG, shared=1.0),
    platform_pitch_deg=Sigma(own=OWN_DEG, shared=0.1),
    platform_roll_deg=Sigma(own=OWN_DEG, shared=0.1),
    relative_azimuth_deg=Sigma(own=OWN_DEG, shared=0.02),
    relative_elevation_deg=Sigma(own=OWN_DEG, shared=0.2),
    relative_roll_deg=Sigma(own=OWN_DEG, shared=0.2),
    field_of_view_ratio=Sigma(own=0.0005, shared=0.01),
    time_s=Sigma(own=0.0, shared=0.02),
    basis=UncertaintyBasis.INSTRUMENT,
)


def orbit_views(
    bearings_deg: Array, *, radius_m: float = 1500.0, up_m: float = 600.0
) -> list[View]:
    """Return true Views from a circle flown to the right about `PLACE`, looking at it."""
    views = []
    for bearing in bearings_deg.tolist():
        latitude, longitude = destination(*PLACE[:2], bearing_deg=bearing, distance_m=radius_m)
        depression = float(np.degrees(np.arctan2(up_m, radius_m)))
        views.append(
            level_view(
                (float(latitude), float(longitude), PLACE[2] + up_m),
                heading_deg=bearing + 90.0,
                azimuth_deg=90.0,
                elevation_deg=-depression,
            )
        )
    return views


def level_view(
    place: tuple[float, float, float],
    *,
    heading_deg: float,
    azimuth_deg: float,
    elevation_deg: float,
) -> View:
    """Return a View from a platform without bank."""
    view = make_relative_view(
        platform_heading_deg=heading_deg % 360.0,
        platform_pitch_deg=1.5,
        platform_roll_deg=4.0,
        sensor_relative_azimuth_deg=azimuth_deg,
        sensor_relative_elevation_deg=elevation_deg,
        sensor_relative_roll_deg=0.0,
    )
    return replace(
        view,
        latitude_deg=place[0],
        longitude_deg=place[1],
        height_hae_m=place[2],
        horizontal_fov_deg=12.0,
        vertical_fov_deg=6.77,
        sigma=SIGMA,
    )


def reported(view: View, bias: PoseBias) -> View:
    """Return what a source with these biases says of a true View; its lag is left out."""
    made = make_relative_view(
        platform_heading_deg=(view.platform_heading_deg or 0.0) + bias.heading_bias_deg,
        platform_pitch_deg=(view.platform_pitch_deg or 0.0) + bias.pitch_bias_deg,
        platform_roll_deg=(view.platform_roll_deg or 0.0) + bias.roll_bias_deg,
        sensor_relative_azimuth_deg=(view.sensor_relative_azimuth_deg or 0.0)
        + bias.boresight_azimuth_deg,
        sensor_relative_elevation_deg=(view.sensor_relative_elevation_deg or 0.0)
        + bias.boresight_elevation_deg,
        sensor_relative_roll_deg=(view.sensor_relative_roll_deg or 0.0) + bias.boresight_roll_deg,
    )
    place = (view.latitude_deg or 0.0, view.longitude_deg or 0.0)
    shift = ecef_from_enu(*place) @ [bias.east_m, bias.north_m, bias.height_offset_m]
    moved = ecef_from_geodetic(*place, view.height_hae_m or 0.0) + shift
    latitude, longitude, height = (float(part) for part in geodetic_from_ecef(moved))
    fields_deg = [
        float(2.0 * np.degrees(np.arctan(bias.focal_length_ratio * np.tan(np.radians(f / 2.0)))))
        for f in (view.horizontal_fov_deg or 0.0, view.vertical_fov_deg or 0.0)
    ]
    return replace(
        made,
        latitude_deg=latitude,
        longitude_deg=longitude,
        height_hae_m=height,
        horizontal_fov_deg=fields_deg[0],
        vertical_fov_deg=fields_deg[1],
        velocity_enu_m_s=view.velocity_enu_m_s,
        sigma=view.sigma,
    )


def own_errors(rng: np.random.Generator, bias: PoseBias) -> PoseBias:
    """Return biases with what is new in one frame added to them."""
    angles = [name for name in bias.__dataclass_fields__ if name.endswith("_deg")]
    drawn = {name: getattr(bias, name) + rng.normal(0.0, OWN_DEG) for name in angles}
    drawn |= {
        name: getattr(bias, name) + rng.normal(0.0, 0.2)
        for name in ("east_m", "north_m", "height_offset_m")
    }
    drawn["focal_length_ratio"] = bias.focal_length_ratio + rng.normal(0.0, 0.0005)
    return replace(bias, **drawn)


def looks_at(
    views: list[View],
    places: Array,
    *,
    bias: PoseBias,
    rng: np.random.Generator,
    sigma_px: float = 0.5,
) -> Looks:
    """Return one look a View at each place (m, 3) in turn, with errors of both kinds."""
    thing = np.arange(len(views)) % len(places)
    seen = [
        project_points(view, CAMERA, *places[row : row + 1].T)[0]
        for view, row in zip(views, thing.tolist(), strict=True)
    ]
    points_px = np.array(seen) + rng.normal(0.0, sigma_px, (len(views), 2))
    told = tuple(reported(view, own_errors(rng, bias)) for view in views)
    return Looks.of_still(told, points_px, point_sigma_px=sigma_px, thing=thing)


def things_at(places: Array, *, cov_enu_m2: Array) -> Things:
    """Return things at rest that are believed to be at places (m, 3), all as surely."""
    latitude, longitude, height = np.asarray(places, np.float64).T
    return Things(
        latitude_deg=latitude,
        longitude_deg=longitude,
        height_hae_m=height,
        cov_enu_m2=np.broadcast_to(cov_enu_m2, (len(places), 3, 3)).copy(),
        drift_sigma_m_s=np.zeros(len(places)),
    )


UNKNOWN_ON_SURFACE = np.diag([1e8, 1e8, 0.25])
SURVEYED = 0.01 * np.eye(3)
