"""What was given: footage, stills, thermal clips or a folder of one of these; by content alone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from plainview.errors import FormatError, InputError
from plainview.formats.cptv import CptvReader, is_cptv
from plainview.formats.input_file import HEAD_BYTES, ContentKind, content_kind
from plainview.formats.still import StillHead, is_still, read_still_head

__all__ = ["InputsKind", "RecognisedInputs", "recognise_inputs"]

_SNIFFED_BYTES: Final = 4096
_CONTAINER_MARKS: Final = (b"\x1a\x45\xdf\xa3", b"RIFF", b"\x30\x26\xb2\x75", b"FLV\x01")
_MOST_NAMED: Final = 5
_MAX_FILES: Final = 100_000


class InputsKind(StrEnum):
    """What inputs are, as one mission."""

    FOOTAGE = "footage"
    STILLS = "stills"
    THERMAL_CLIPS = "thermal_clips"
    SCENARIO = "twin"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognisedInputs:
    """What was given, and what of it is one mission.

    Args:
        kind: What it is.
        paths: The files, stills and clips in the order of their times.
        left_out: Name of each file of a folder that is not among them, and why.
        is_in_time_order: Whether every still says when it was taken; else they go by name.
    """

    kind: InputsKind
    paths: tuple[Path, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    is_in_time_order: bool = True


def recognise_inputs(paths: Sequence[Path]) -> RecognisedInputs:
    """Return what some inputs are; what is not known is footage, which says what is wrong.

    Raises:
        InputError: They are of several kinds, or a folder holds nothing that is read, or more
            than one video.
    """
    if len(paths) == 1 and paths[0].is_dir():
        return _folder(paths[0])
    kinds = {_kind_of(path) or InputsKind.FOOTAGE for path in paths}
    if kinds <= {InputsKind.FOOTAGE}:
        return RecognisedInputs(kind=InputsKind.FOOTAGE, paths=tuple(paths))
    if len(kinds) > 1:
        raise InputError(
            where=", ".join(path.name for path in paths[:_MOST_NAMED]),
            what=f"are of several kinds ({', '.join(sorted(kinds))}), not one mission.",
            mend="Give inputs of one kind, or make one mission an input (--each).",
        )
    return _pictures(kinds.pop(), paths, left_out=[])


def _kind_of(path: Path) -> InputsKind | None:
    """Return what a file is; None where it is nothing that is read, or cannot be."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            head = file.read(_SNIFFED_BYTES)
            if is_still(head):
                return InputsKind.STILLS
            if is_cptv(head):
                return InputsKind.THERMAL_CLIPS
            if head[4:8] == b"ftyp" or head.startswith(_CONTAINER_MARKS):
                return InputsKind.FOOTAGE
            head += file.read(HEAD_BYTES - len(head))
    except OSError:
        return None
    is_stream = content_kind(head) is ContentKind.TRANSPORT_STREAM
    return InputsKind.FOOTAGE if is_stream else None


def _folder(folder: Path) -> RecognisedInputs:
    try:
        inside = sorted(each for each in folder.iterdir() if not each.name.startswith("."))
    except OSError as error:
        raise InputError(
            where=str(folder),
            what=f"cannot be read ({error.strerror or error}).",
            mend="Give a folder that may be read.",
        ) from error
    by_kind: dict[InputsKind, list[Path]] = {kind: [] for kind in InputsKind}
    left_out: list[tuple[str, str]] = []
    for path in inside[:_MAX_FILES]:
        kind = _kind_of(path)
        if kind is None:
            why = "a folder" if path.is_dir() else "nothing that is read as a source"
            left_out.append((path.name, why))
        else:
            by_kind[kind].append(path)
    videos = by_kind[InputsKind.FOOTAGE]
    if len(videos) == 1:
        left_out += [
            (path.name, "beside a video")
            for kind in (InputsKind.STILLS, InputsKind.THERMAL_CLIPS)
            for path in by_kind[kind]
        ]
        return RecognisedInputs(
            kind=InputsKind.FOOTAGE, paths=(videos[0],), left_out=tuple(left_out)
        )
    _check_folder(folder, by_kind, inside)
    kind = max(InputsKind, key=lambda each: len(by_kind[each]))
    for other in set(InputsKind) - {kind}:
        left_out += [(path.name, f"beside {kind.value}") for path in by_kind[other]]
    return _pictures(kind, by_kind[kind], left_out=left_out)


def _check_folder(
    folder: Path, by_kind: dict[InputsKind, list[Path]], inside: Sequence[Path]
) -> None:
    videos = by_kind[InputsKind.FOOTAGE]
    if videos:
        raise InputError(
            where=str(folder),
            what=f"holds {len(videos)} videos ({_named(videos)}), and nothing says whether they"
            " are parts of one mission.",
            mend="Give them by name: together for parts of one mission, with --each for one each.",
        )
    if not any(by_kind.values()):
        raise InputError(
            where=str(folder),
            what=f"holds nothing that is read as a source ({_named(inside)})."
            if inside
            else "is an empty folder.",
            mend="Give a recording, or a folder of stills (JPEG, TIFF, PNG) or CPTV clips.",
        )


def _named(paths: Sequence[Path]) -> str:
    names = ", ".join(path.name for path in paths[:_MOST_NAMED])
    more = len(paths) - _MOST_NAMED
    return f"{names} and {more} more" if more > 0 else names


def _pictures(
    kind: InputsKind, paths: Sequence[Path], *, left_out: list[tuple[str, str]]
) -> RecognisedInputs:
    if kind is InputsKind.THERMAL_CLIPS:
        return _clips(paths, left_out)
    return _stills(paths, left_out)


def _clips(paths: Sequence[Path], left_out: list[tuple[str, str]]) -> RecognisedInputs:
    """Return clips in the order of their times, those without one by name at the end."""
    timed: list[tuple[bool, int, str, Path]] = []
    for path in paths:
        try:
            with CptvReader(path) as reader:
                time_us = reader.header.time_us
        except InputError as error:
            left_out.append((path.name, error.what))
        else:
            timed.append((time_us is None, time_us or 0, path.name, path))
    if not timed:
        raise _none_read(paths, left_out)
    return RecognisedInputs(
        kind=InputsKind.THERMAL_CLIPS,
        paths=tuple(path for *_, path in sorted(timed)),
        left_out=tuple(left_out),
        is_in_time_order=not any(each[0] for each in timed),
    )


def _stills(paths: Sequence[Path], left_out: list[tuple[str, str]]) -> RecognisedInputs:
    """Return the stills of one camera, in the order of their times where all have one."""
    heads: dict[Path, StillHead] = {}
    for path in paths:
        try:
            heads[path] = read_still_head(path)
        except InputError as error:
            if len(paths) == 1:
                raise
            left_out.append((path.name, error.what))
    if not heads:
        raise _none_read(paths, left_out)
    camera = _main_camera(heads.values())
    for path in [each for each, head in heads.items() if _camera_of(head) != camera]:
        left_out.append((path.name, "of another camera"))
        del heads[path]
    timed = [
        (head.exif.local_time, path.name, path)
        for path, head in heads.items()
        if head.exif.local_time is not None
    ]
    is_timed = len(timed) == len(heads)
    by_name = sorted(heads, key=lambda path: path.name)
    order = [path for *_, path in sorted(timed)] if is_timed else by_name
    return RecognisedInputs(
        kind=InputsKind.STILLS,
        paths=tuple(order),
        left_out=tuple(left_out),
        is_in_time_order=is_timed,
    )


_CameraKey = tuple[bool, str, str, tuple[int, int] | None]


def _camera_of(head: StillHead) -> _CameraKey:
    """Return what tells one camera's stills from another's."""
    return (head.is_thermal, head.exif.make or "", head.exif.model or "", head.size_px)


def _main_camera(heads: Iterable[StillHead]) -> _CameraKey:
    """Return the camera that a mission of stills is of: a thermal one first, then the busiest."""
    counts = Counter(_camera_of(head) for head in heads)
    return max(counts, key=lambda key: (key[0], counts[key], str(key)))


def _none_read(paths: Sequence[Path], left_out: list[tuple[str, str]]) -> FormatError:
    of_these = {path.name for path in paths}
    name, why = next(each for each in left_out if each[0] in of_these)
    return FormatError(
        where=name if len(paths) == 1 else str(paths[0].parent),
        what=why if len(paths) == 1 else f"holds no still or clip that can be read ({name} {why})",
        mend="Copy the files again from the camera.",
    )
