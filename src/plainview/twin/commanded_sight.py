"""Where the gimbal is told to look: what the turret computes from what it believes of itself."""

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.geo import apparent_directions, ecef_from_ned, geodetic_from_ecef
from plainview.geo.attitude import rotation_x, rotation_y, rotation_z
from plainview.twin.platform_motion import NODE_S, PlatformBlock
from plainview.twin.pointing import ObjectPlaces, Pointing, place_of_pointing

__all__ = ["commanded_sight", "start_angles_rad"]

Array = npt.NDArray[np.float64]


def commanded_sight(
    pointing: Pointing,
    nodes: PlatformBlock,
    time_s: Array,
    *,
    objects: ObjectPlaces | None,
    errors: Array,
    encoder_deg: tuple[float, float],
) -> tuple[Array, Array]:
    """Return where the line of sight is sent, as it truly comes out, and how that turns.

    The turret knows the place exactly and itself as wrongly as its navigation: the direction
    that it computes is turned by the errors of its attitude and of its encoders, and starts
    from where it believes to be.

    Args:
        pointing: What is looked at.
        nodes: Where the platform is.
        time_s: (n,) of the nodes, from the start of the video.
        objects: Where objects are.
        errors: (2, 6) of the navigation at the first and the last node: east, north, up (m), roll,
            pitch, heading (degrees).
        encoder_deg: By how much azimuth and elevation read too high.

    Returns:
        Unit directions (n, 3) north-east-down, and the rates at which they turn against the
        stars (n, 3), radians a second.
    """
    n_nodes = len(time_s)
    attitude = _body(nodes.attitude_rad)
    place = place_of_pointing(pointing, time_s, objects=objects)
    if place is None:
        azimuth = np.radians(pointing.azimuth_deg or 0.0)
        elevation = np.radians(pointing.elevation_deg or 0.0)
        angles = np.broadcast_to(np.array([azimuth, elevation]), (n_nodes, 2))
    else:
        share = np.linspace(0.0, 1.0, n_nodes)[:, np.newaxis]
        wrong = errors[0] + share * (errors[1] - errors[0])
        latitude, longitude, _ = geodetic_from_ecef(nodes.position_ecef_m)
        ned = ecef_from_ned(latitude, longitude)
        shift = np.stack([wrong[:, 1], wrong[:, 0], -wrong[:, 2]], axis=-1)
        believed = nodes.position_ecef_m + np.einsum("nij,nj->ni", ned, shift)
        seen = apparent_directions(believed, np.asarray(place))
        _check_seen(pointing, place, seen)
        way = np.einsum("nji,nj->ni", ned, seen)
        thought = _body(nodes.attitude_rad + np.radians(wrong[:, 3:]))
        angles = _angles(np.einsum("nji,nj->ni", thought, way))
    true = angles - np.radians(encoder_deg)
    level = np.cos(true[:, 1])
    on_body = np.stack(
        [level * np.cos(true[:, 0]), level * np.sin(true[:, 0]), -np.sin(true[:, 1])], axis=-1
    )
    wanted = np.einsum("nij,nj->ni", attitude, on_body)
    return wanted, np.cross(wanted, np.gradient(wanted, NODE_S, axis=0, edge_order=2))


def _check_seen(pointing: Pointing, place: Array, seen: Array) -> None:
    """Refuse a thing that has no place, and a place that is the platform's own."""
    if np.all(np.isfinite(seen)):
        return
    is_object = pointing.object_id is not None
    known = np.all(np.isfinite(place))
    raise InputError(
        where=f"pointing from {pointing.start_s:g} s, "
        + (f"object_id {pointing.object_id}" if is_object else "latitude_deg"),
        what="is where the platform is." if known else "has no place.",
        mend="Point at something that is there for as long as it is held, and not at oneself.",
    )


def start_angles_rad(
    pointing: Pointing, nodes: PlatformBlock, wanted: Array
) -> tuple[float, float]:
    """Return the azimuth and elevation that look along the first direction, radians."""
    if pointing.azimuth_deg is not None and pointing.elevation_deg is not None:
        return float(np.radians(pointing.azimuth_deg)), float(np.radians(pointing.elevation_deg))
    on_body = _body(nodes.attitude_rad[:1])[0].T @ wanted[0]
    azimuth, elevation = _angles(on_body[np.newaxis])[0]
    return float(azimuth), float(elevation)


def _body(attitude_rad: Array) -> Array:
    """Return ned_from_body (n, 3, 3) of roll, pitch and heading (n, 3)."""
    roll, pitch, heading = attitude_rad.T
    return np.asarray(rotation_z(heading) @ rotation_y(pitch) @ rotation_x(roll))


def _angles(on_body: Array) -> Array:
    """Return azimuth and elevation (n, 2) of directions (n, 3) on the body, radians."""
    ahead, right, down = on_body.T
    return np.stack([np.arctan2(right, ahead), np.arctan2(-down, np.hypot(ahead, right))], axis=-1)
