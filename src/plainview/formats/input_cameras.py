"""One input with all of its cameras: their frames in the order of time, on one clock."""

from collections.abc import Iterator
from pathlib import Path

from plainview.formats.source_camera import camera_order, find_cameras, with_shared_clock
from plainview.formats.source_part import SourcePart
from plainview.formats.source_reader import SourceReader, open_reader
from plainview.formats.source_settings import SourceSettings
from plainview.formats.transport_reader import VideoChoice
from plainview.formats.warning_tally import warnings_of_cameras
from plainview.model import Camera, CountedWarning, Event, Unit

__all__ = ["InputCameras"]


class InputCameras:
    """One input, opened once a camera; its Units come once, in the order of their times.

    Each camera reads the file by itself, and the next frame of each is known before one is given
    out: that of a camera whose video has stopped may be the last of the file. The first camera
    gives out the bytes to be recorded, whatever stream they are of.

    Args:
        path: The input.
        settings: How it is read.
        start_us: The video time of its first picture; below 0 where its beginning is skipped.
        before: The input before it; None for the first.
    """

    def __init__(
        self,
        path: Path,
        *,
        settings: SourceSettings,
        start_us: int,
        before: "InputCameras | None" = None,
    ) -> None:
        self.path = path
        self._known = {} if before is None else dict(before.known)
        reader = open_reader(path, are_pictures_given=settings.is_recorded)
        plans = find_cameras(path, reader, names=settings.cameras)
        plans = with_shared_clock(path, plans, start_us=start_us)
        if plans[0].choice != VideoChoice():
            reader.close()
        self.parts: list[SourcePart] = []
        try:
            for plan in plans:
                camera, first_index = self._known.get(plan.name, (None, 0))
                self.parts.append(
                    SourcePart(
                        path,
                        settings=settings,
                        start_us=start_us,
                        camera=camera,
                        first_index=first_index,
                        reader=reader if plan.choice == VideoChoice() else None,
                        plan=plan,
                    )
                )
        except BaseException:
            self.close()
            raise

    @property
    def reader(self) -> SourceReader:
        """What the first camera reads."""
        return self.parts[0].reader

    @property
    def known(self) -> dict[str, tuple[Camera | None, int]]:
        """Each camera so far with the index of its next frame, those of earlier inputs too."""
        return self._known | {part.plan.name: (part.camera, part.next_index) for part in self.parts}

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """The cameras so far, each with the size of its newest picture."""
        known = self.known
        return tuple(
            camera for name in sorted(known, key=camera_order) if (camera := known[name][0])
        )

    def units(self) -> Iterator[Unit]:
        """Yield what comes, in the order of time, once; of one instant, the first camera first."""
        if len(self.parts) == 1:
            yield from self.parts[0].units()
            return
        streams = {part: part.units() for part in self.parts}
        waiting: dict[SourcePart, Unit] = {}
        while streams or waiting:
            part = next((each for each in streams if each not in waiting), None)
            if part is None:
                first = min(waiting, key=lambda each: _order(waiting[each]))
                yield waiting.pop(first)
                continue
            unit = next(streams[part], None)
            if unit is None:
                del streams[part]
            elif unit.frame is None:
                yield unit
            else:
                waiting[part] = unit

    def warnings(self) -> tuple[CountedWarning, ...]:
        """What went wrong so far, counted over all cameras."""
        return warnings_of_cameras([part.warnings() for part in self.parts])

    def events(self) -> tuple[Event, ...]:
        """What happened since this was last asked."""
        return tuple(event for part in self.parts for event in part.events())

    @property
    def first_us(self) -> int:
        """The video time of the input's first picture."""
        return self.parts[0].first_us

    @property
    def end_us(self) -> int:
        """The video time of the picture that would come next."""
        return max(part.end_us for part in self.parts)

    @property
    def n_frames(self) -> int:
        """How many frames came, of all cameras."""
        return sum(part.n_frames for part in self.parts)

    @property
    def is_ended(self) -> bool:
        """Whether the end that was asked for has been reached."""
        return any(part.is_ended for part in self.parts)

    def recording_ticks(self, video_time_us: int) -> int | None:
        """Return the 90 kHz stamp that a time has in the recording; None before any picture."""
        stamps = (part.recording_ticks(video_time_us) for part in self.parts)
        return next((stamp for stamp in stamps if stamp is not None), None)

    @property
    def n_packets(self) -> int:
        """How many KLV packets came."""
        return sum(part.n_packets for part in self.parts)

    @property
    def n_packets_damaged(self) -> int:
        """How many of them are damaged."""
        return sum(part.n_packets_damaged for part in self.parts)

    @property
    def size_bytes(self) -> int:
        """Of the input."""
        return self.parts[0].size_bytes

    @property
    def position_fraction(self) -> float:
        """How much of the file was read."""
        return min(part.position_fraction for part in self.parts)

    def close(self) -> None:
        """Let go of the file."""
        for part in self.parts:
            part.close()


def _order(unit: Unit) -> tuple[int, tuple[int, str]]:
    if unit.frame is None:
        raise TypeError("a unit without a frame waits for none")
    return unit.frame.video_time_us, camera_order(unit.frame.camera.name)
