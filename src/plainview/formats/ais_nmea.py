"""AIS as NMEA 0183 sentences (AIVDM, AIVDO), one or several a message, with times.

Payloads are decoded by pyais, which the extra ``ais`` installs. What is not in a payload is done
here: times in tag blocks, before and after the sentence, checksums, messages in several parts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from operator import xor
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from plainview.errors import InputError
from plainview.formats.ais_rows import AisLog, AisRows, text_lines
from plainview.formats.time_from_text import time_us_from_text
from plainview.model import ShipStatic
from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["read_ais_nmea"]

_SENTENCE: Final = re.compile(
    r"(?P<before>.*?)!(?P<body>(?:AI|AB|AN|AR|AS|AT|AX|BS|SA)VD[MO],"
    r"(?P<n_parts>[1-9]),(?P<part>[1-9]),(?P<sequence>[0-9]?),(?P<channel>[^,]?),"
    r"(?P<payload>[0-W`-w]*),(?P<fill>[0-5]))\*(?P<checksum>[0-9A-Fa-f]{2})(?P<after>.*)"
)
_TAG_BLOCK: Final = re.compile(r"\\(?P<fields>[^\\*]*)\*(?P<checksum>[0-9A-Fa-f]{2})\\")
_GATEHOUSE: Final = re.compile(r"\$PGHP,1,(\d+),(\d+),(\d+),(\d+),(\d+),(\d+),(\d+),")
_LEAST_BITS: Final = {1: 143, 2: 143, 3: 143, 18: 139, 19: 301, 27: 94}
"""Up to the last item that is used of each message; shorter ones are cut off."""
_STATIC: Final = (5, 19, 24)
_ACCURATE_SIGMA_M: Final = 4.1
"""A report that says it is accurate is within 10 m (ITU-R M.1371); taken as 95 %."""
_PLAIN_SIGMA_M: Final = 10.0
"""One that does not say so: GNSS without correction, and the antenna's place; assumed."""
_LONG_RANGE_SIGMA_M: Final = 54.0
"""Message 27 has tenths of a minute: 185 m / sqrt(12)."""
_MOST_DELAY_S: Final = 30
_MOST_PARTS_WAITING: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    """One sentence with what stands around it.

    Args:
        text: From ``!`` to the checksum.
        key: What the parts of one message share.
        n_parts: Of the message.
        part: From 1.
        n_bits: Of its payload.
        time_us: When it was received; None where nothing says so.
        n_line: Where it stands.
    """

    text: str
    key: tuple[str, str]
    n_parts: int
    part: int
    n_bits: int
    time_us: int | None
    n_line: int


def read_ais_nmea(path: Path) -> AisLog:
    """Read a log of NMEA sentences.

    Times are looked for in this order: the tag block's ``c``, a time before the sentence (ISO
    or Unix), Unix seconds after its checksum, a Gatehouse sentence (``$PGHP``) before it. The
    second that a report gives of itself makes the time that of the fix.

    Raises:
        InputError: The file cannot be read, or pyais is not installed.
        FormatError: It holds no position with its time.
    """
    pyais = _pyais(path)
    rows = AisRows(where=path.name)
    for parts in _messages(_sentences(path, rows), rows):
        _take(parts, rows, pyais)
    return rows.log()


def _pyais(path: Path) -> ModuleType:
    try:
        import pyais
    except ImportError as exc:
        raise InputError(
            where=str(path),
            what="reading AIS sentences needs pyais, which is not installed.",
            mend="Install it with `pip install 'plainview[ais]'`, or give the log as CSV.",
        ) from exc
    module: ModuleType = pyais
    return module


def _sentences(path: Path, rows: AisRows) -> Iterator[_Sentence]:
    """Yield the sentences whose checksum is right; count the others."""
    gatehouse_us: int | None = None
    for n_line, line in enumerate(text_lines(path), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        stamp = _GATEHOUSE.match(text)
        if stamp is not None:
            gatehouse_us = _gatehouse_us(stamp)
            continue
        if text.startswith("$"):
            continue  # another instrument's sentence
        found = _SENTENCE.fullmatch(text)
        if found is None:
            rows.note("ais_unreadable", n_line)
        elif _checksum(found["body"]) != int(found["checksum"], 16):
            rows.note("ais_checksum", n_line)
        else:
            time_us = _time_us(found["before"], found["after"])
            yield _sentence(found, gatehouse_us if time_us is None else time_us, n_line)
        gatehouse_us = None


def _sentence(found: re.Match[str], time_us: int | None, n_line: int) -> _Sentence:
    return _Sentence(
        text=f"!{found['body']}*{found['checksum']}",
        key=(found["sequence"], found["channel"]),
        n_parts=int(found["n_parts"]),
        part=int(found["part"]),
        n_bits=6 * len(found["payload"]) - int(found["fill"]),
        time_us=time_us,
        n_line=n_line,
    )


def _checksum(text: str) -> int:
    """Return the exclusive or of the characters."""
    return reduce(xor, text.encode("latin-1"), 0)


def _time_us(before: str, after: str) -> int | None:
    """Return when a sentence was received, by what stands around it."""
    block = _TAG_BLOCK.search(before)
    if block is not None:
        if _checksum(block["fields"]) != int(block["checksum"], 16):
            return None
        fields = dict(each.split(":", 1) for each in block["fields"].split(",") if ":" in each)
        return time_us_from_text(fields["c"]) if "c" in fields else None
    time_us = time_us_from_text(before.strip(" ,;\t"))
    if time_us is not None:
        return time_us
    return time_us_from_text(after.rsplit(",", 1)[-1]) if "," in after else None


def _gatehouse_us(stamp: re.Match[str]) -> int | None:
    year, month, day, hour, minute, second, millisecond = (int(each) for each in stamp.groups())
    try:
        instant = datetime(year, month, day, hour, minute, second, 1000 * millisecond, tzinfo=UTC)
    except ValueError:
        return None
    return round(instant.timestamp() * MICROSECONDS_PER_SECOND)


def _messages(sentences: Iterator[_Sentence], rows: AisRows) -> Iterator[tuple[_Sentence, ...]]:
    """Yield the sentences of each message, in the order of its parts; count those that lack one."""
    waiting: dict[tuple[str, str], list[_Sentence]] = {}
    for sentence in sentences:
        if sentence.n_parts == 1:
            yield (sentence,)
            continue
        parts = waiting.pop(sentence.key, [])
        if parts and (parts[-1].part + 1, parts[-1].n_parts) != (sentence.part, sentence.n_parts):
            rows.note("ais_incomplete", parts[0].n_line)
            parts = []
        if not parts and sentence.part > 1:
            rows.note("ais_incomplete", sentence.n_line)
            continue
        parts.append(sentence)
        if sentence.part == sentence.n_parts:
            yield tuple(parts)
            continue
        waiting[sentence.key] = parts
        if len(waiting) > _MOST_PARTS_WAITING:
            oldest = waiting.pop(next(iter(waiting)))
            rows.note("ais_incomplete", oldest[0].n_line)
    for parts in waiting.values():
        rows.note("ais_incomplete", parts[0].n_line)


def _take(parts: tuple[_Sentence, ...], rows: AisRows, pyais: ModuleType) -> None:
    """Decode a message and take its position and what it says of its ship."""
    n_line = parts[0].n_line
    n_bits = sum(part.n_bits for part in parts)
    try:
        said: dict[str, Any] = pyais.decode(*(part.text for part in parts)).asdict()
    except (pyais.exceptions.AISBaseException, ValueError, IndexError, KeyError):
        rows.note("ais_unreadable", n_line)
        return
    kind, mmsi = int(said["msg_type"]), int(said.get("mmsi") or 0)
    if kind in _STATIC:
        _take_static(said, rows, mmsi)
    if kind not in _LEAST_BITS:
        return
    if n_bits < _LEAST_BITS[kind] or said.get("lon") is None:
        rows.note("ais_unreadable", n_line)
    elif parts[0].time_us is None:
        rows.note("ais_no_time", n_line)
    elif not rows.add(
        mmsi,
        _time_of_fix_us(parts[0].time_us, said.get("second")),
        place=(float(said["lat"]), float(said["lon"])),
        speed_knots=_speed_knots(kind, said["speed"]),
        course_deg=said["course"],
        heading_deg=said.get("heading"),
        sigma_m=_sigma_m(kind, is_accurate=bool(said.get("accuracy"))),
    ):
        rows.note("ais_no_position", n_line)


def _speed_knots(kind: int, speed: float) -> float | None:
    """Return a speed; message 27 has 63 for a speed that is not known."""
    is_unknown = kind == 27 and speed >= 63.0
    return None if is_unknown else speed


def _sigma_m(kind: int, *, is_accurate: bool) -> float:
    if kind == 27:
        return _LONG_RANGE_SIGMA_M
    return _ACCURATE_SIGMA_M if is_accurate else _PLAIN_SIGMA_M


def _time_of_fix_us(received_us: int, second: int | None) -> int:
    """Return the instant nearest to its receipt that has the second that a report gives."""
    if second is None or not 0 <= second < 60:
        return received_us
    off_s = (second - received_us // MICROSECONDS_PER_SECOND + 30) % 60 - 30
    if abs(off_s) >= _MOST_DELAY_S:
        return received_us
    whole_us = received_us // MICROSECONDS_PER_SECOND * MICROSECONDS_PER_SECOND
    return whole_us + off_s * MICROSECONDS_PER_SECOND


def _take_static(said: dict[str, Any], rows: AisRows, mmsi: int) -> None:
    """Add to what is known of a ship what a message says that is not empty."""
    known = rows.ships.get(mmsi, ShipStatic())
    name = str(said.get("shipname") or "").strip(" @")
    bow, stern, port, starboard = (
        int(said.get(f"to_{side}") or 0) for side in ("bow", "stern", "port", "starboard")
    )
    if name:
        known = replace(known, name=name)
    if bow + stern:
        known = replace(known, length_m=float(bow + stern), antenna_from_bow_m=float(bow) or None)
    if port + starboard:
        across = float(port) or None
        known = replace(known, width_m=float(port + starboard), antenna_from_port_m=across)
    if known != ShipStatic():
        rows.ships[mmsi] = known
