"""Every error that plainview raises at a user.

::

    PlainviewError
    ├── InputError               what was given cannot be used (exit code 2)
    │   ├── FormatError          bytes that break their format
    │   └── MissingMetadataError the metadata that was asked for is not there
    ├── GeometryError            a computation that has no answer
    ├── PermitError              a use that its end-use permit does not cover
    ├── LedgerError              a record that does not hold
    └── DeviceError              a disk, link or turret that failed us (exit code 1)

Each says where, what and how to mend it. A ray that misses or a frame without
metadata is no error: it is NaN or ``None``, and a counted warning.
"""

__all__ = [
    "DeviceError",
    "FormatError",
    "GeometryError",
    "InputError",
    "LedgerError",
    "MissingMetadataError",
    "PermitError",
    "PlainviewError",
]


class PlainviewError(Exception):
    """The root of every error that plainview raises at a user.

    Args:
        where: The file and the place in it, such as ``truck.ts, byte 153201``.
        what: What is wrong there, in one clause.
        mend: What the reader can do about it, in one sentence.
    """

    exit_code = 1

    def __init__(self, *, where: str, what: str, mend: str) -> None:
        super().__init__(f"{where}: {what} {mend}".strip())
        self.where = where
        self.what = what
        self.mend = mend

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by the three parts, so that an error survives a process boundary."""
        return _rebuild, (type(self), (self.where, self.what, self.mend))


def _rebuild(kind: type[PlainviewError], parts: tuple[str, str, str]) -> PlainviewError:
    where, what, mend = parts
    return kind(where=where, what=what, mend=mend)


class InputError(PlainviewError):
    """What was given cannot be used: a file, a folder, a setting, an argument."""

    exit_code = 2


class FormatError(InputError):
    """Bytes that break the format that they claim."""


class MissingMetadataError(InputError):
    """The metadata that the task needs is not in the source."""


class GeometryError(PlainviewError):
    """A geometric computation that has no answer for these values."""


class PermitError(PlainviewError):
    """A use that its end-use permit does not cover."""


class LedgerError(PlainviewError):
    """A record that does not hold against its ledger."""


class DeviceError(PlainviewError):
    """A disk, link or turret that failed us."""
