"""A drawn clip: its pictures and metadata as STANAG 4609, and the truth beside it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import tee
from pathlib import Path
from typing import Any

from bench.drawn_scene.scenario import Scenario, instrument_settings
from bench.drawn_scene.scene_drawer import SceneDrawer
from plainview.errors import DeviceError
from plainview.formats.stanag4609 import EncoderSettings, write_stanag4609
from plainview.formats.truth_parquet import truth_frame_row, truth_rows, write_truth_parquet
from plainview.model import Frame, View
from plainview.twin import misp_stamp_us

__all__ = ["DrawnClip", "instrument_toml", "write_drawn_clip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnClip:
    """What was written.

    Args:
        video: The transport stream.
        truth: Every object of every frame.
        truth_frames: The true pose of every frame.
        settings: The errors of the instrument, as ``plainview process --settings`` takes them.
        n_frames: How many frames the clip has.
    """

    video: Path
    truth: Path
    truth_frames: Path
    settings: Path
    n_frames: int


@dataclass(slots=True)
class _TruthRows:
    objects: list[dict[str, Any]] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)


def write_drawn_clip(
    out_dir: Path,
    scenario: Scenario,
    *,
    seed: int,
    on_frame: Callable[[int], None] | None = None,
) -> DrawnClip:
    """Fly a scenario and write ``clip.ts``, both truth tables and ``settings.toml``.

    The same scenario and seed give the same bytes.

    Args:
        out_dir: The folder; made where it is not there.
        scenario: What is flown.
        seed: Of all chance.
        on_frame: Is told the number of each frame when it has been made.

    Raises:
        DeviceError: The folder cannot be written.
    """
    rows = _TruthRows()
    pairs = tee(_fly(SceneDrawer(scenario, seed), rows, on_frame))
    video, settings = out_dir / "clip.ts", out_dir / "settings.toml"
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        n_frames = write_stanag4609(
            video,
            frames=(frame for frame, _ in pairs[0]),
            packets=(packet for _, packet in pairs[1]),
            settings=EncoderSettings(
                rate_hz=Fraction(scenario.frames_per_s).limit_denominator(1001)
            ),
        )
        truth, truth_frames = write_truth_parquet(out_dir, objects=rows.objects, frames=rows.frames)
        settings.write_text(instrument_toml(scenario), encoding="utf-8")
    except OSError as error:
        raise DeviceError(
            where=str(out_dir),
            what=f"cannot be written ({error.strerror or error}).",
            mend="Free some space, or give a folder that can be written.",
        ) from error
    return DrawnClip(
        video=video, truth=truth, truth_frames=truth_frames, settings=settings, n_frames=n_frames
    )


def _fly(
    drawer: SceneDrawer, rows: _TruthRows, on_frame: Callable[[int], None] | None
) -> Iterator[tuple[Frame, bytes]]:
    """Yield each frame with its packet, and note the truth of it."""
    for index in range(drawer.scenario.n_frames):
        drawer.advance(drawer.scenario.video_time_us(index))
        truth = drawer.truth(drawer.camera)
        rows.objects.extend(truth_rows(truth))
        rows.frames.append(truth_frame_row(truth))
        yield _frame(drawer), drawer.packet()
        if on_frame is not None:
            on_frame(index)


def _frame(drawer: SceneDrawer) -> Frame:
    """Return the frame of this instant; all that its picture carries of the View is the stamp."""
    return Frame(
        pixels=drawer.pixels(drawer.camera),
        camera=drawer.camera,
        frame_index=drawer.frame_index,
        video_time_us=drawer.video_time_us,
        view=View(time_us=misp_stamp_us(drawer.erroneous_view())),
    )


def instrument_toml(scenario: Scenario) -> str:
    """Return the errors of a scenario's instrument as a settings file."""
    lines = [f"# The true errors of the scenario {scenario.name!r}, 1-sigma."]
    for table, values in instrument_settings(scenario).items():
        lines += ["", f"[{table}]", *(f"{name} = {_toml(value)}" for name, value in values.items())]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(part)}" for name, part in value.items()) + " }"
    return repr(value)
