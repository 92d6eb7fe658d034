"""The digital twin as a source: its frames for the pipeline, its recording, its truth."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from plainview.formats.truth_parquet import TruthWriter
from plainview.formats.twin_recording import TwinRecording
from plainview.model import (
    Camera,
    CountedWarning,
    Event,
    Frame,
    KlvPayload,
    StreamInfo,
    StreamKind,
    Unit,
)
from plainview.twin import misp_stamp_us
from plainview.twin.automatic_identification import transmissions
from plainview.twin.digital_twin import DigitalTwin, Shot
from plainview.twin.flight_scenario import FlightScenario
from plainview.units import seconds_from_microseconds

__all__ = ["FlightOptions", "TwinSource"]

_FIRST_PID: Final = 0x101
_AIS_LOG: Final = "ais.nmea"
_LATE_S: Final = 0.001
_SEND_BYTES: Final = 7 * 188
_N_AHEAD: Final = 3
"""Frames that are drawn while others are encoded: the pointing is scripted, so that none waits
for what the pipeline finds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightOptions:
    """How a scenario is flown.

    Args:
        seed: Of all chance.
        duration_s: How long; None for as long as the scenario says.
        is_paced: Whether simulated time goes no faster than the clock.
    """

    seed: int = 0
    duration_s: float | None = None
    is_paced: bool = False

    def describe(self) -> dict[str, float | None]:
        """Return what shapes the flight, as ``mission.json`` keeps it."""
        return {"seed": self.seed, "duration_s": self.duration_s}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Drawn:
    """What the twin made of one instant: every camera's shot, and the selected one's frame."""

    video_time_us: int
    shots: tuple[Shot, ...]
    frame: Frame


class TwinSource:
    """A flight of the twin; implements ``model.Source``.

    The pipeline gets the frames of the selected camera; the recording has those of all, with
    their metadata. Frames are never left out: what comes too late slows simulated time. A thread
    of its own draws a few frames ahead of those that are encoded; they stay in order.

    Args:
        scenario: What is flown.
        options: How.
        folder: Where truth and AIS log are written while it flies.
        send: Is given the recording's bytes with their time in seconds, as they are made.
    """

    def __init__(
        self,
        scenario: FlightScenario,
        *,
        options: FlightOptions,
        folder: Path,
        send: Callable[[bytes, float], None] | None = None,
    ) -> None:
        self._scenario, self._options, self._folder = scenario, options, folder
        self._send = send
        self._twin = DigitalTwin(scenario, options.seed)
        self._drawing = ThreadPoolExecutor(1, "draw")
        self._truth: TruthWriter | None = None
        self._products: tuple[Path, ...] = ()
        self._events: list[Event] = []
        self._n_done = 0
        self.n_packets = 0
        self.n_packets_damaged = 0
        self.slowed_s = 0.0

    @property
    def n_frames(self) -> int:
        """How many frames each camera makes."""
        asked_s = self._options.duration_s
        if asked_s is None:
            return self._scenario.n_frames
        return max(1, round(asked_s * self._scenario.script.frames_per_s))

    @property
    def streams(self) -> tuple[StreamInfo, ...]:
        """Pictures and metadata of every camera, as the recording announces them."""
        streams = []
        for number, camera in enumerate(self._twin.cameras):
            size = f"{camera.name}, {camera.width_px}x{camera.height_px}"
            pid = _FIRST_PID + 2 * number
            streams += [
                StreamInfo(stream=pid, kind=StreamKind.VIDEO, codec="h264", details=size),
                StreamInfo(stream=pid + 1, kind=StreamKind.KLV, carriage="synchronous"),
            ]
        return tuple(streams)

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """The camera that the pipeline looks at."""
        return (self._twin.cameras[self._scenario.selected],)

    @property
    def duration_s(self) -> float:
        """How long is flown."""
        return self.n_frames / self._scenario.script.frames_per_s

    @property
    def planned_rate_hz(self) -> float:
        """Frames a second."""
        return self._scenario.script.frames_per_s

    @property
    def is_deep(self) -> bool:
        """Whether the frames keep the converter's counts."""
        return self._scenario.cameras[self._scenario.selected].is_deep

    @property
    def asked_fraction(self) -> float:
        """The part of the flight that is flown."""
        return 1.0

    @property
    def position_fraction(self) -> float:
        """How much is flown, from 0 to 1."""
        return self._n_done / self.n_frames

    def ais_log(self) -> Path | None:
        """Write what the transmitters send in the whole flight; None where there are none."""
        if not self._scenario.transmitters:
            return None
        sent = transmissions(
            self._scenario.transmitters,
            start_us=self._scenario.start_us,
            duration_s=self.duration_s,
            seed=self._options.seed,
        )
        lines = [line for each in sent for line in each.lines]
        path = self._folder / _AIS_LOG
        path.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")
        return path

    def note(self, event: Event) -> None:
        """Keep an event that somebody else found before the flight began."""
        self._events.append(event)

    def products(self) -> tuple[Path, ...]:
        """Return the files that lie beside the mission's tables, closed."""
        if self._truth is not None:
            self._truth.close()
            truth, self._truth = self._truth, None
            log = self.ais_log()
            self._products = truth.paths if log is None else (*truth.paths, log)
        return self._products

    def units(self) -> Iterator[Unit]:
        """Yield a unit a frame, in order, once."""
        self._truth = TruthWriter(self._folder)
        recording = TwinRecording(
            [(each.width_px, each.height_px) for each in self._twin.cameras],
            rate_hz=Fraction(self._scenario.script.frames_per_s).limit_denominator(1001),
        )
        began_s: float | None = None
        for drawn in self._drawn():
            recorded = self._recorded(recording, drawn)
            began_s = time.monotonic() if began_s is None else began_s
            self._keep_time(began_s, seconds_from_microseconds(drawn.video_time_us))
            self._send_out(recorded, drawn.video_time_us)
            self._n_done += 1
            yield Unit(
                frame=drawn.frame,
                payloads=_payloads(drawn),
                recorded=recorded,
                arrived_s=None,
            )
        rest = recording.finish()
        self._send_out(rest, self._scenario.video_time_us(self.n_frames))
        self._say_slowed()
        if rest:
            yield Unit(frame=None, recorded=rest)

    def recording_ticks(self, video_time_us: int) -> int | None:
        """Return the 90 kHz stamp that a time has in the recording."""
        return TwinRecording.ticks(video_time_us)

    def warnings(self) -> tuple[CountedWarning, ...]:
        """What went wrong: nothing does."""
        return ()

    def counts(self) -> dict[str, int]:
        """What the mission counts of a flight that keeps to the clock: how far it fell behind."""
        if not self._options.is_paced:
            return {}
        return {"slowed_ms": round(1000.0 * self.slowed_s)}

    def events(self) -> tuple[Event, ...]:
        """What happened since this was last asked."""
        events, self._events = tuple(self._events), []
        return events

    def close(self) -> None:
        """Let the threads go."""
        self._drawing.shutdown(cancel_futures=True)
        self._twin.close()

    def _drawn(self) -> Iterator[_Drawn]:
        """Yield what the twin makes, in order, while it makes what follows."""
        ahead: deque[Future[_Drawn]] = deque()
        for index in range(self.n_frames):
            ahead.append(self._drawing.submit(self._draw, self._scenario.video_time_us(index)))
            if len(ahead) > _N_AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()

    def _draw(self, video_time_us: int) -> _Drawn:
        self._twin.advance(video_time_us)
        shots = self._twin.shots()
        selected = self._scenario.selected
        frame = self._twin.frame_of(shots[selected], selected)
        return _Drawn(video_time_us=video_time_us, shots=shots, frame=frame)

    def _recorded(self, recording: TwinRecording, drawn: _Drawn) -> bytes:
        """Return the recording's bytes of an instant, and keep its truth."""
        assert self._truth is not None
        made = []
        for number, shot in enumerate(drawn.shots):
            self.n_packets += 1
            made.append(
                recording.add(
                    number,
                    shot.made.pixels,
                    packet=shot.packet,
                    time_us=misp_stamp_us(shot.said),
                    video_time_us=drawn.video_time_us,
                )
            )
            self._truth.add(shot.truth)
        return b"".join(made)

    def _keep_time(self, began_s: float, flown_s: float) -> None:
        """Wait until a frame is due; where it is late, all that follow are due later."""
        if not self._options.is_paced:
            return
        ahead_s = began_s + flown_s + self.slowed_s - time.monotonic()
        if ahead_s > 0.0:
            time.sleep(ahead_s)
        elif ahead_s < -_LATE_S:
            self.slowed_s -= ahead_s

    def _send_out(self, recorded: bytes, video_time_us: int) -> None:
        if self._send is None:
            return
        due_s = seconds_from_microseconds(video_time_us)
        for start in range(0, len(recorded), _SEND_BYTES):
            self._send(recorded[start : start + _SEND_BYTES], due_s)

    def _say_slowed(self) -> None:
        if self.slowed_s <= _LATE_S:
            return
        self._events.append(
            Event(
                kind="simulated_time_slowed",
                what=f"Simulated time went {self.slowed_s:.1f} s slower than the clock; no frame"
                " is left out.",
                video_time_us=self._scenario.video_time_us(self.n_frames),
                time_us=None,
                details={"slowed_s": round(self.slowed_s, 3)},
            )
        )


def _payloads(drawn: _Drawn) -> tuple[KlvPayload, ...]:
    """Return the packets of an instant, each on the stream of its camera."""
    return tuple(
        KlvPayload(
            stream=_FIRST_PID + 2 * number + 1,
            data=shot.packet,
            video_time_us=drawn.video_time_us,
            pts_us=drawn.video_time_us,
        )
        for number, shot in enumerate(drawn.shots)
    )
