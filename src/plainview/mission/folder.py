"""The mission folder: the contract that other programs read."""

import json
import shutil
from pathlib import Path
from typing import Any, Final

from plainview.errors import FormatError, InputError
from plainview.formats.written_file import device_error
from plainview.mission.journal import Journal, write_atomically

__all__ = ["MissionFolder"]

SCHEMA_VERSION: Final = 1


class MissionFolder:
    """Names the files of one mission folder and reads its ``mission.json``.

    Args:
        path: The folder; it need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def journal_path(self) -> Path:
        """Where a mission writes while it runs."""
        return self.path / ".journal"

    def create(self) -> Journal:
        """Make the folder and its journal.

        Raises:
            InputError: The path is a file, or cannot be written.
        """
        try:
            return Journal(self.journal_path)
        except OSError as error:
            raise InputError(
                where=str(self.path),
                what=f"cannot be used as a mission folder ({error.strerror}).",
                mend="Give a folder that can be written, or a new name.",
            ) from error

    @property
    def has_journal(self) -> bool:
        """Whether a run was interrupted here, or is going on."""
        return self.journal_path.is_dir()

    def remove_journal(self) -> None:
        """Take the journal of a complete mission away; a kill meanwhile leaves no half of one."""
        done = self.path / ".journal.done"
        shutil.rmtree(done, ignore_errors=True)
        if self.has_journal:
            self.journal_path.replace(done)
            shutil.rmtree(done, ignore_errors=True)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing here that a mission would overwrite."""
        return not self.path.exists() or (self.path.is_dir() and not any(self.path.iterdir()))

    def read_summary(self) -> dict[str, Any] | None:
        """Return ``mission.json``; None where it is not there.

        Raises:
            FormatError: It is there and cannot be read.
        """
        path = self.path / "mission.json"
        try:
            summary: dict[str, Any] = json.loads(path.read_bytes())
            if not isinstance(summary, dict) or "state" not in summary:
                raise ValueError("no `state` in it")  # noqa: TRY301 - one refusal for all kinds
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            raise FormatError(
                where=str(path),
                what=f"is not a mission summary ({error}).",
                mend="Process the footage again into a new folder.",
            ) from error
        return summary

    def write_summary(self, summary: dict[str, Any]) -> None:
        """Write ``mission.json``, in one step."""
        try:
            write_atomically(self.path / "mission.json", json.dumps(summary, indent=2).encode())
        except OSError as error:
            raise device_error(self.path / "mission.json", error) from error
