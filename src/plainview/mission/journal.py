"""``.journal/``: where a running mission writes, so that a kill loses at most a second."""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from plainview.errors import FormatError
from plainview.mission.checkpoint import decode_checkpoint, encode_checkpoint
from plainview.model import Event, State

__all__ = ["Checkpoint", "Journal", "write_atomically"]

_N_CHECKPOINTS_KEPT: Final = 3
_LONGEST_LINE_BYTES: Final = 1 << 16


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part."""
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Checkpoint:
    """What the stages and sinks remembered before they saw a frame.

    Args:
        n_frames: Frames that had been seen; the next frame has this index.
        state: The tree that they gave.
    """

    n_frames: int
    state: Mapping[str, Any]


class Journal:
    """The parts, events, plan and checkpoints of a mission that is not complete.

    A part is written once and never opened again for writing; a resumed run opens the next.

    Args:
        folder: The journal's folder; it is created.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def parts(self, name: str, suffix: str) -> list[Path]:
        """Return the parts of one stream, oldest first."""
        pattern = re.compile(re.escape(name) + r"-(\d{4,})" + re.escape(suffix))
        found = [(m, path) for path in self.folder.iterdir() if (m := pattern.fullmatch(path.name))]
        return [path for _, path in sorted(found, key=lambda pair: int(pair[0].group(1)))]

    def next_part(self, name: str, suffix: str) -> Path:
        """Return the path of the part that comes after all that are there."""
        parts = self.parts(name, suffix)
        number = 0 if not parts else int(parts[-1].name[len(name) + 1 : -len(suffix)]) + 1
        return self.folder / f"{name}-{number:04d}{suffix}"

    def write_plan(self, plan: Mapping[str, Any]) -> None:
        """Keep what the mission is, so that only the same command resumes it."""
        write_atomically(self.folder / "plan.json", json.dumps(plan, indent=1).encode())

    def plan(self) -> dict[str, Any] | None:
        """Return what the mission is; None where the run was killed before it was written."""
        try:
            plan: dict[str, Any] = json.loads((self.folder / "plan.json").read_bytes())
        except (OSError, ValueError):
            return None
        return plan

    def write_events(self, events: tuple[Event, ...]) -> None:
        """Append events, one a line; a line that was cut off is written over."""
        if not events:
            return
        lines = "".join(json.dumps(_event_line(event)) + "\n" for event in events)
        path = self.folder / "events.jsonl"
        with path.open("r+b" if path.exists() else "x+b") as file:
            tail_start = max(0, file.seek(0, os.SEEK_END) - _LONGEST_LINE_BYTES)
            file.seek(tail_start)
            file.seek(tail_start + file.read().rfind(b"\n") + 1)
            file.write(lines.encode())
            file.truncate()

    def events(self) -> list[dict[str, Any]]:
        """Return the events of whole lines."""
        try:
            lines = (self.folder / "events.jsonl").read_bytes().split(b"\n")
        except OSError:
            return []
        return [json.loads(line) for line in lines[:-1] if line]

    def write_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint and drop the oldest."""
        data = encode_checkpoint({"n_frames": checkpoint.n_frames, "state": checkpoint.state})
        write_atomically(self.folder / f"checkpoint-{checkpoint.n_frames:09d}.npz", data)
        for path in self._checkpoint_paths()[:-_N_CHECKPOINTS_KEPT]:
            path.unlink()

    def latest_checkpoint(
        self,
        *,
        at_most_n_frames: int,
        is_reached: Callable[[Mapping[str, Any]], bool] = lambda state: True,
    ) -> Checkpoint | None:
        """Return the newest whole checkpoint that does not lie after what was recorded.

        Args:
            at_most_n_frames: How many frames every sink holds.
            is_reached: Says of a checkpoint's state whether what is not counted in frames was
                recorded as well.
        """
        for path in reversed(self._checkpoint_paths()):
            try:
                tree = decode_checkpoint(path.read_bytes(), where=str(path))
            except FormatError:
                continue
            if tree["n_frames"] <= at_most_n_frames and is_reached(tree["state"]):
                return Checkpoint(n_frames=tree["n_frames"], state=tree["state"])
        return None

    def _checkpoint_paths(self) -> list[Path]:
        return sorted(self.folder.glob("checkpoint-*.npz"))


def _event_line(event: Event) -> dict[str, State | str | int | float | bool | None]:
    """Return an event as one line of ``events.jsonl`` holds it."""
    return {
        "kind": event.kind,
        "what": event.what,
        "video_time_us": event.video_time_us,
        "time_us": event.time_us,
        "details": dict(event.details),
    }
