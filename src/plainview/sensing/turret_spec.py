"""A turret: its cameras, gimbal, rangefinder and navigation as one checked value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from plainview.errors import InputError
from plainview.sensing.camera_spec import CameraSpec, check_camera
from plainview.sensing.checked_fields import build, number, refusal, sources, text, texts
from plainview.sensing.gimbal_spec import GimbalSpec, check_gimbal
from plainview.sensing.navigation_spec import NavigationSpec
from plainview.sensing.rangefinder_spec import RangefinderSpec

__all__ = ["TurretSpec", "turret_from_mapping"]

WINDOW_SHARE: Final = 0.5
"""Of the disc of a ball's diameter, what windows can take at most: the rest is its wall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurretSpec:
    """A turret, or a fixed camera in its housing.

    Args:
        name: What it is called.
        description: What it is for, in a sentence.
        ball_diameter_m: Of the ball, or of the housing's front.
        mass_kg: Of all of it.
        cameras: Its cameras, each with its own name.
        gimbal: How it points; None for a fixed camera.
        rangefinder: None where it has none.
        navigation: What it knows of itself, and how wrong that is.
        platforms: Names of platforms of the catalogue that carry it.
        sources: Where each number comes from, by field.
    """

    name: str = text()
    description: str = text()
    ball_diameter_m: float = number(low=0.01, high=5.0)
    mass_kg: float = number(low=0.01, high=1000.0)
    cameras: tuple[CameraSpec, ...]
    gimbal: GimbalSpec | None = None
    rangefinder: RangefinderSpec | None = None
    navigation: NavigationSpec
    platforms: tuple[str, ...] = texts()
    sources: Mapping[str, str] = sources()

    def camera(self, name: str) -> CameraSpec:
        """Return a camera by its name.

        Raises:
            InputError: It has none of that name.
        """
        for camera in self.cameras:
            if camera.name == name:
                return camera
        known = ", ".join(camera.name for camera in self.cameras)
        raise InputError(
            where=f"turret {self.name}, camera {name}",
            what="is not known.",
            mend=f"Choose {known}.",
        )


def turret_from_mapping(values: Mapping[str, object], *, where: str) -> TurretSpec:
    """Return a turret, every field checked and the whole found possible.

    Args:
        values: As TOML gives them.
        where: Where they come from, for the errors.

    Raises:
        InputError: A field is refused, or the parts do not fit together; it says which.
    """
    turret = build(TurretSpec, values, where=where)
    if not turret.cameras:
        mend = "Give at least one table [[cameras]]."
        raise refusal(f"{where}, cameras", "are none.", mend=mend)
    names: set[str] = set()
    for row, camera in enumerate(turret.cameras, start=1):
        if camera.name in names:
            mend = "Give each camera its own."
            raise refusal(f"{where}, cameras {row}, name", "is there twice.", mend=mend)
        names.add(camera.name)
        check_camera(camera, where=f"{where}, cameras {row}")
    if turret.gimbal is not None:
        check_gimbal(turret.gimbal, where=f"{where}, gimbal")
    finder = turret.rangefinder
    if finder is not None and not finder.shortest_m < finder.longest_m:
        mend = "Give the greater distance here."
        raise refusal(f"{where}, rangefinder, longest_m", "is not above shortest_m.", mend=mend)
    _check_apertures(turret, where=where)
    return turret


def _check_apertures(turret: TurretSpec, *, where: str) -> None:
    """Refuse lenses that do not fit side by side into the front of the ball."""
    ball_mm, room_mm2 = turret.ball_diameter_m * 1e3, 0.0
    for row, camera in enumerate(turret.cameras, start=1):
        widest_mm = max(step.aperture_mm for step in camera.lens.steps)
        if widest_mm > ball_mm:
            raise refusal(
                f"{where}, cameras {row}, lens, steps",
                f"need an aperture of {widest_mm:.0f} mm, and the ball is {ball_mm:.0f} mm wide.",
                mend="Give a larger f_number, a shorter focal_length_mm or a larger ball.",
            )
        room_mm2 += widest_mm**2
    if room_mm2 > WINDOW_SHARE * ball_mm**2:
        raise refusal(
            f"{where}, ball_diameter_m",
            f"is {turret.ball_diameter_m:g}: the lenses together do not fit into its front.",
            mend="Give a larger ball, or smaller apertures (focal length over f-number).",
        )
