"""What was wrong with metadata and did not stop the work, counted by kind."""

from typing import Final

from plainview.misb.metadata_set import MetadataSet
from plainview.model import CountedWarning
from plainview.units import seconds_from_microseconds

__all__ = ["VIEW_WARNINGS", "ViewWarnings"]

VIEW_WARNINGS: Final = {
    "metadata_damaged": (
        "Metadata packets are damaged and were not used.",
        "`plainview inspect --packets` lists them; look at the link or the copy.",
    ),
    "metadata_clock_step": (
        "The time of the metadata jumped; what was said before the jump is not used after it.",
        "Look at the clock of the encoder if the footage is of one flight.",
    ),
    "metadata_implausible": (
        "Metadata items do not follow from what their stream said before; "
        "they are taken as not sent.",
        "`plainview inspect --packets` shows them; look at the link or the copy.",
    ),
    "height_datums_disagree": (
        "The sensor's heights above the ellipsoid and above the sea differ by another amount "
        "than the geoid; the one above the ellipsoid is used, and nothing is located where they "
        "are further apart than three sigma of the height.",
        "Ask for the encoder's height datum; heights and places would be off by as much.",
    ),
    "leap_seconds_doubtful": (
        "The source states leap seconds (ST 0601 item 136) that MISP time does not have on that "
        "date; its time is not tied to UTC by them.",
        "Compare the clock of the encoder with UTC; times may be off by up to 37 s.",
    ),
    "height_datum_moved": (
        "The sensor's height stepped by what no aircraft climbs, as where its datum changes; "
        "nothing is located after it.",
        "Ask for the encoder's height datum; process the part before the step, or after it, alone.",
    ),
    "convention_undecided": (
        "Nothing that the source says decides what its angles are measured from; nothing is "
        "located.",
        "`plainview inspect` shows what was tried; where you know it, say it in a settings file: "
        "`angle_convention` and `north` under `[metadata]` (--settings).",
    ),
    "convention_changes": (
        "The source counts its angles otherwise from here on: its line of sight leaves its own "
        "frame centre and stays off it. Nothing is located until its numbers decide how they are "
        "to be read now.",
        "`angle_convention` in `frames.parquet` says how each frame was read; where nothing was "
        "located, process the part from there alone, with `angle_convention` set (--settings).",
    ),
    "frame_center_apart": (
        "The source's own frame centre lies more than 3 degrees off the line of sight that its "
        "angles make; nothing is located from such packets.",
        "`plainview inspect --packets` shows them; look at the source's angles and frame centre.",
    ),
    "calibration_other_field": (
        "The calibration was made at another field of view: its focal length is not applied, and "
        "its bore-sight with a wider 1-sigma.",
        "Calibrate at each field of view that you use (docs/reference/calibration.md).",
    ),
    "fields_from_calibration": (
        "The source sends no fields of view; those of the focal length that the calibration or "
        "the turret states are used.",
        "They hold for one zoom: leave `focal_length_px` out where the camera was zoomed.",
    ),
    "item_implausible": (
        "Metadata items hold what cannot be, such as a latitude beyond a pole; "
        "they are taken as not known.",
        "`plainview inspect --packets` shows them; look at the encoder.",
    ),
}
"""Code to what is wrong and how to mend it."""


class ViewWarnings:
    """Counts what is wrong with metadata."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._first: dict[str, str] = {}

    def add(self, code: str, metadata: MetadataSet) -> None:
        """Count one more."""
        if code not in VIEW_WARNINGS:
            raise ValueError(f"{code} is not a warning of metadata")
        self._counts[code] = self._counts.get(code, 0) + 1
        self._first.setdefault(code, _where(metadata))

    def counted(self) -> tuple[CountedWarning, ...]:
        """Return the warnings so far, in the order in which they first came."""
        return tuple(
            CountedWarning(
                code=code,
                count=count,
                first=self._first[code],
                what=VIEW_WARNINGS[code][0],
                mend=VIEW_WARNINGS[code][1],
            )
            for code, count in self._counts.items()
        )


def _where(metadata: MetadataSet) -> str:
    parts = [f"stream {metadata.stream}"]
    if metadata.byte_offset is not None:
        parts.append(f"byte {metadata.byte_offset}")
    elif metadata.video_time_us is not None:
        parts.append(f"{seconds_from_microseconds(metadata.video_time_us):.3f} s")
    return ", ".join(parts)
