"""What is said of stills: what was taken for what, what is not known, what was left out."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from plainview.formats.drone_assumed import ABSOLUTE_SIGMA_M
from plainview.formats.still import Still, StillKind
from plainview.model import CountedWarning, Event, Radiometry, View

__all__ = ["StillTally", "accuracy_text", "left_out_event", "left_out_warning"]

_MOST_NAMED: Final = 20


def accuracy_text(radiometry: Radiometry) -> str:
    """Return how accurate temperatures are, as their maker states it."""
    return (
        f"within {radiometry.accuracy_k:g} K or {100 * radiometry.accuracy_ratio:g} % as the"
        f" maker states, for an emissivity of {radiometry.emissivity:.2f} as set in the camera"
    )


def left_out_event(left_out: Sequence[tuple[str, str]]) -> Event | None:
    """Return what was given and is not used, with the reasons; None where all is."""
    if not left_out:
        return None
    named = "; ".join(f"{name} ({why.rstrip('.')})" for name, why in left_out[:_MOST_NAMED])
    more = len(left_out) - _MOST_NAMED
    rest = f"; and {more} more" if more > 0 else ""
    return Event(kind="inputs_left", what=f"Left out: {named}{rest}.")


def left_out_warning(left_out: Sequence[tuple[str, str]]) -> CountedWarning | None:
    """Return the same as a warning."""
    if not left_out:
        return None
    return CountedWarning(
        code="inputs_left",
        count=len(left_out),
        first=left_out[0][0],
        what="Files of the folder are not part of this mission.",
        mend="The events name them with the reasons; give what is missed as an input of its own.",
    )


class StillTally:
    """Counts what stills say and do not say.

    Args:
        left_out: What was given with them and is not used, with the reasons.
    """

    def __init__(self, *, left_out: Sequence[tuple[str, str]] = ()) -> None:
        self._left_out = tuple(left_out)
        self._counts: Counter[str] = Counter()
        self._first: dict[str, str] = {}
        event = left_out_event(self._left_out)
        self._events: list[Event] = [] if event is None else [event]
        self._is_scale_said = False

    def note_order(self, kinds: Mapping[StillKind, int], *, first_time: dt.datetime | None) -> None:
        """Say what the stills were taken for, and what they are ordered by."""
        told = ", ".join(f"{count} x {kind.value}" for kind, count in sorted(kinds.items()))
        order = (
            "in the order of their names, a second apart: not every one says when it was taken"
            if first_time is None
            else f"in the order of their times, from {first_time:%Y-%m-%d %H:%M:%S} by the"
            " camera's clock; pauses over 10 s are shown as 10 s"
        )
        n_stills = sum(kinds.values())
        what = f"{n_stills} still" + "s" * (n_stills != 1)
        self._events.append(
            Event(
                kind="source_recognised",
                what=f"Taken as one mission of {what} ({told}), {order}.",
                details={kind.value: count for kind, count in kinds.items()},
            )
        )

    def add(self, still: Still, view: View | None, *, name: str) -> None:
        """Count one still that was read."""
        deep = still.pixels.dtype.itemsize > 1
        if still.radiometry is not None and not self._is_scale_said:
            self._is_scale_said = True
            self._events.append(
                Event(
                    kind="temperatures",
                    what=f"Temperatures are known, {accuracy_text(still.radiometry)}.",
                )
            )
        self._count("temperature_unknown", name, is_so=deep and still.radiometry is None)
        is_placed = view is not None and view.latitude_deg is not None
        is_pointed = view is not None and view.pose_basis is not None
        has_height = view is not None and view.height_hae_m is not None
        has_fields = view is not None and view.horizontal_fov_deg is not None
        self._count("still_no_place", name, is_so=not is_placed)
        self._count("still_no_line_of_sight", name, is_so=is_placed and not is_pointed)
        self._count("still_height_unknown", name, is_so=is_pointed and not has_height)
        self._count("still_no_field_of_view", name, is_so=is_pointed and not has_fields)
        unsure = is_pointed and has_height and view is not None and _vertical_m(view)
        self._count("still_height_unsure", name, is_so=unsure == ABSOLUTE_SIGMA_M)
        self._count("still_time_unknown", name, is_so=view is None or view.time_us is None)

    def add_unread(self, name: str, why: str) -> None:
        """Count one that could not be read, and name it."""
        self._count("still_unread", name, is_so=True)
        self._events.append(Event(kind="still_unread", what=f"{name} is left out: it {why}"))

    def warnings(self) -> tuple[CountedWarning, ...]:
        """Return the warnings so far."""
        left = left_out_warning(self._left_out)
        return (
            *(() if left is None else (left,)),
            *(
                CountedWarning(
                    code=code, count=count, first=self._first[code], what=what, mend=mend
                )
                for code, (what, mend) in _WARNINGS.items()
                if (count := self._counts[code])
            ),
        )

    def take_events(self) -> tuple[Event, ...]:
        """Return what happened since this was last asked."""
        taken, self._events = tuple(self._events), []
        return taken

    def _count(self, code: str, name: str, *, is_so: bool) -> None:
        if is_so:
            self._counts[code] += 1
            self._first.setdefault(code, name)


def _vertical_m(view: View) -> float | None:
    return None if view.sigma is None else view.sigma.position_vertical_m.shared


_WARNINGS: Final = {
    "still_unread": (
        "Stills cannot be read and are left out.",
        "The events name them with the reasons; copy them again from the camera.",
    ),
    "temperature_unknown": (
        "Raw values of 16 bits are kept and shown, and their temperature is unknown: nothing that"
        " is published says how they become temperatures.",
        "For temperatures, export stills that hold them by the maker's own programme, or record"
        " FLIR radiometric JPEG.",
    ),
    "still_no_place": (
        "Stills do not say where they were taken: nothing in them is located.",
        "Switch on the camera's GPS; stills that a programme has saved again lose it.",
    ),
    "still_no_line_of_sight": (
        "Stills say where they were taken and not how the camera looked: nothing is located.",
        "Use stills as the drone wrote them; their XMP holds the gimbal's angles.",
    ),
    "still_height_unknown": (
        "Stills give no usable height, so that nothing in them is located.",
        "Give [sidecar] takeoff_altitude_msl_m.",
    ),
    "still_no_field_of_view": (
        "Stills do not say enough of their lens for a field of view: nothing is located.",
        "Use stills as the camera wrote them; EXIF holds the focal length.",
    ),
    "still_height_unsure": (
        "Stills do not say what their altitude is above; it is taken as above the sea, with"
        f" {ABSOLUTE_SIGMA_M:.0f} m of doubt.",
        "Give [sidecar] takeoff_altitude_msl_m.",
    ),
    "still_time_unknown": (
        "Stills give a local time without a zone, or none: UTC is not known.",
        "[sidecar] utc_offset_h states the zone.",
    ),
}
"""Code to what is wrong and how to mend it."""
