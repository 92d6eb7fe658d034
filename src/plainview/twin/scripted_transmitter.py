"""Scripted transmitter: the AIS of an object of a scenario, from what was written of it."""

import numpy as np
import numpy.typing as npt

from plainview.geo import geodetic_from_enu_m
from plainview.sensing.checked_fields import refusal
from plainview.twin.ais_transmitter import AisFaults, AisTrack, Transmitter
from plainview.twin.scenario_script import ScenarioScript, ScriptedTransmitter
from plainview.twin.world import World, WorldObject

__all__ = ["scripted_transmitter", "way_of_object"]

Array = npt.NDArray[np.float64]


def way_of_object(thing: WorldObject, world: World, time_s: Array) -> tuple[Array, Array]:
    """Return where a thing of a world is as it moves on.

    Args:
        thing: It.
        world: Its world.
        time_s: (n,) from the world's time 0.

    Returns:
        Latitude and longitude, (n,) each, WGS84.
    """
    course, run_m = np.radians(thing.course_deg), thing.speed_m_s * np.asarray(time_s)
    east_m, north_m = thing.east_m + run_m * np.sin(course), thing.north_m + run_m * np.cos(course)
    plane = np.stack([east_m, north_m, np.zeros_like(east_m)], axis=-1)
    latitude, longitude, _ = geodetic_from_enu_m(plane, origin=world.origin)
    return latitude, longitude


def scripted_transmitter(
    said: ScriptedTransmitter, script: ScenarioScript, world: World, *, where: str
) -> Transmitter:
    """Return the transmitter of an object.

    Args:
        said: What was written of it.
        script: The scenario.
        world: Its world.
        where: Where it comes from, for the errors.

    Raises:
        InputError: Its number is not of its kind, or a silence ends before it begins.
    """
    thing = next(each for each in world.objects if each.object_id == said.object_id)
    time_s = np.linspace(0.0, script.duration_s, 2)
    latitude, longitude = way_of_object(thing, world, time_s)
    for row, span in enumerate(said.faults.silent, start=1):
        if span.to_s <= span.from_s:
            raise refusal(
                f"{where}, faults, silent {row}, to_s",
                f"is {span.to_s:g}, not after {span.from_s:g}.",
                mend="Give the end of the silence.",
            )
    return Transmitter(
        mmsi=said.mmsi,
        kind=said.kind,
        name=said.name,
        ship_type=said.ship_type,
        from_s=said.from_s,
        size_m=thing.size_m[:2],
        track=AisTrack(
            time_s=time_s,
            latitude_deg=latitude,
            longitude_deg=longitude,
            speed_m_s=np.full(2, thing.speed_m_s),
            course_deg=np.full(2, thing.course_deg % 360.0),
        ),
        faults=AisFaults(
            east_m=said.faults.east_m,
            north_m=said.faults.north_m,
            frozen_from_s=said.faults.frozen_from_s,
            clock_offset_s=said.faults.clock_offset_s,
            silent=tuple((span.from_s, span.to_s) for span in said.faults.silent),
        ),
    )
