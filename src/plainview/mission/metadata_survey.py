"""All KLV of a file as it is read: whole packets many at once, the others one by one."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.formats.klv_gather import KlvBatch
from plainview.formats.transport_columns import NO_STAMP
from plainview.formats.video_clock import PTS_WRAP
from plainview.misb import KlvFramer, KlvPacket, MetadataSet, decode_packet
from plainview.misb.column_survey import ColumnSurvey, ItemCounts
from plainview.misb.decode import LOCAL_SETS, set_name
from plainview.misb.item_kinds import NestedItem
from plainview.misb.minimum_set import MinimumSetTally
from plainview.misb.motion_tally import MotionTally
from plainview.misb.never_set import find_never_set_of_packet
from plainview.misb.stamp_tally import StampTally
from plainview.misb.universal_label import N_LABEL_BYTES, set_of_label
from plainview.mission.evidence import EvidenceTally
from plainview.mission.packet_sample import PacketSample
from plainview.model import KlvPayload

__all__ = ["MetadataSurvey"]

_IN_COLUMNS: Final = ("ST0601", "ST0903")
_BATCH: Final = 1_024
_UNKNOWN: Final = -1

Times = npt.NDArray[np.int64]


@dataclass(slots=True)
class _Waiting:
    """Whole packets of one stream and set that wait for their batch."""

    raws: list[bytes] = field(default_factory=list)
    pts_us: list[int] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)


class MetadataSurvey:
    """Adds up what the packets of a file say.

    Args:
        size_bytes: Of the file.
    """

    def __init__(self, size_bytes: int) -> None:
        self.sample = PacketSample(size_bytes)
        self.minimum = MinimumSetTally()
        self.motion = MotionTally()
        self.evidence = EvidenceTally()
        self.stamps: dict[int, StampTally] = {}
        self.sets: Counter[str] = Counter()
        self.damage: Counter[str] = Counter()
        self.first_damage: dict[str, str] = {}
        self.places: Counter[str] = Counter()
        self.n_packets = 0
        self.n_damaged = 0
        self._loose = ItemCounts()
        self._columns: dict[str, ColumnSurvey] = {}
        self._waiting: dict[tuple[int, str], _Waiting] = {}
        self._framers: dict[int, KlvFramer] = {}
        self._last_ticks: dict[int, int] = {}

    def take_batch(self, batch: KlvBatch) -> None:
        """Take what a pass over a transport stream found of one KLV stream."""
        stream = batch.stream
        if batch.payloads:
            self._flush(stream)
            for klv in batch.payloads:
                pts_us = self._pts_us(stream, np.array([_UNKNOWN if klv.pts is None else klv.pts]))
                payload = KlvPayload(
                    stream=stream,
                    data=klv.data,
                    pts_us=None if klv.pts is None else int(pts_us[0]),
                    byte_offset=klv.byte_offset,
                )
                self.sample.offer(np.array([klv.byte_offset]), lambda _, each=payload: each)  # type: ignore[misc]
                self._frame(payload)
        if not batch.packets:
            return
        if batch.payloads and stream in self._framers:
            self._take_loose(self._framers.pop(stream).flush())
        pts_us = self._pts_us(stream, batch.pts)

        def kept(number: int) -> KlvPayload:
            return KlvPayload(
                stream=stream,
                data=batch.packets[number],
                pts_us=None if pts_us[number] == _UNKNOWN else int(pts_us[number]),
                byte_offset=int(batch.offsets[number]),
            )

        self.sample.offer(batch.offsets, kept)
        labels = {raw[:N_LABEL_BYTES] for raw in batch.packets}
        names = {label: set_of_label(label) for label in labels}
        for number, raw in enumerate(batch.packets):
            form = names[raw[:N_LABEL_BYTES]]
            if form is not None and form.name in _IN_COLUMNS:
                self._wait(
                    (stream, form.name),
                    raw,
                    pts_us=int(pts_us[number]),
                    offset=int(batch.offsets[number]),
                )
            else:
                self._frame(kept(number))

    def take_packets(self, packets: list[KlvPacket]) -> None:
        """Take packets that were framed one by one."""
        offsets = np.array([each.byte_offset or 0 for each in packets], np.int64)
        self.sample.offer(offsets, lambda number: packets[number])
        self._take_framed(packets)

    def finish(self) -> None:
        """Count what still waits."""
        for stream, framer in self._framers.items():
            self._flush(stream)
            self._take_framed(framer.flush())
        for stream, _ in list(self._waiting):
            self._flush(stream)

    @property
    def items(self) -> ItemCounts:
        """What the items are, of all packets."""
        total = ItemCounts()
        for each in (self._loose, *(survey.items for survey in self._columns.values())):
            total.count += each.count
            total.unknown += each.unknown
            total.out_of_range += each.out_of_range
            total.empty += each.empty
            total.versions += each.versions
            total.n_long_tag += each.n_long_tag
            total.n_long_length += each.n_long_length
            total.n_leap_seconds += each.n_leap_seconds
        return total

    def _pts_us(self, stream: int, pts: Times) -> Times:
        """Return stamps as microseconds that go on over the wrap; unknown ones as they are."""
        known = pts[pts != NO_STAMP]
        if not len(known):
            return np.full(len(pts), _UNKNOWN, np.int64)
        half = PTS_WRAP // 2
        before = self._last_ticks.get(stream, int(known[0]))
        chain = np.concatenate([[before % PTS_WRAP], known])
        ticks = before + np.cumsum((np.diff(chain) + half) % PTS_WRAP - half)
        self._last_ticks[stream] = int(ticks[-1])
        found = np.full(len(pts), _UNKNOWN, np.int64)
        found[pts != NO_STAMP] = (ticks * 200 + 9) // 18
        return found

    def _frame(self, payload: KlvPayload) -> None:
        framer = self._framers.setdefault(payload.stream, KlvFramer())
        self._take_framed(framer.feed(payload))

    def _take_framed(self, packets: list[KlvPacket]) -> None:
        for packet in packets:
            name = set_name(packet)
            if name in _IN_COLUMNS and not packet.damage:
                pts_us = _UNKNOWN if packet.pts_us is None else packet.pts_us
                offset = packet.byte_offset or 0
                self._wait((packet.stream, name), packet.raw, pts_us=pts_us, offset=offset)
            else:
                self._flush(packet.stream)
                self._take_loose([packet])

    def _wait(self, key: tuple[int, str], raw: bytes, *, pts_us: int, offset: int) -> None:
        stream = key[0]
        waiting = self._waiting.setdefault(key, _Waiting())
        waiting.raws.append(raw)
        waiting.pts_us.append(pts_us)
        waiting.offsets.append(offset)
        if len(waiting.raws) >= _BATCH:
            self._flush(stream)

    def _flush(self, stream: int) -> None:
        for key in [each for each in self._waiting if each[0] == stream]:
            self._take_columns(key[0], key[1], self._waiting.pop(key))

    def _take_columns(self, stream: int, name: str, waiting: _Waiting) -> None:
        if name not in self._columns:
            self._columns[name] = ColumnSurvey(name, minimum=self.minimum, motion=self.motion)
        survey = self._columns[name]
        before_damaged, before = survey.n_damaged, survey.damage.copy()
        places = survey.places.copy()
        stamp_us, columns = survey.add(waiting.raws)
        n_before = self.n_packets
        whole = np.flatnonzero(columns.is_whole)
        self._note_damage(survey, before, places)
        self.n_damaged += survey.n_damaged - before_damaged
        self.n_packets += len(whole)
        self.sets[name] += len(whole)
        pts_us = np.array(waiting.pts_us, np.int64)
        self._stamps(stream).add(stamp_us[whole], pts_us[whole])
        for layout in columns.layouts:
            self._note_evidence(name, stream, [waiting.raws[row] for row in layout.rows])
        for row in np.flatnonzero(~columns.is_whole):
            self._take_broken(stream, waiting, int(row), number=n_before + int(row) + 1)

    def _take_broken(self, stream: int, waiting: _Waiting, row: int, *, number: int) -> None:
        """Take a packet whose structure or sum is wrong, by the exact reader."""
        framer, pts_us = KlvFramer(), waiting.pts_us[row]
        payload = KlvPayload(
            stream=stream,
            data=waiting.raws[row],
            pts_us=None if pts_us == _UNKNOWN else pts_us,
            byte_offset=waiting.offsets[row],
        )
        self._take_loose(framer.feed(payload) + framer.flush(), number=number)

    def _note_damage(
        self, survey: ColumnSurvey, before: Counter[str], places: Counter[str]
    ) -> None:
        """Add the damage that whole packets share with their layout."""
        new = survey.damage - before
        self.damage += new
        self.places += survey.places - places
        for kind in new:
            place = next(each for each in survey.places if each.startswith(f"{kind} "))
            where = f"packet {self.n_packets + 1} or soon after, {place.partition(' ')[2]}"
            self.first_damage.setdefault(kind, where)

    def _note_evidence(self, name: str, stream: int, raws: list[bytes]) -> None:
        """Look for items that are never set, where the packets of a layout can have some."""
        table = LOCAL_SETS[name]
        first = decode_packet(_framed(raws[0]))
        may_have = any(
            key in table.never_set
            or key in table.own_sets
            or _is_searched(table.by_number.get(key))
            for key in first.items
            if isinstance(key, int)
        )
        if may_have:
            for raw in raws:
                if find_never_set_of_packet(raw, table):
                    self.evidence.add(replace(decode_packet(_framed(raw)), stream=stream))

    def _take_loose(self, packets: list[KlvPacket], *, number: int | None = None) -> None:
        """Count packets one by one.

        Args:
            packets: They.
            number: Which the first of them is in the file; None goes on from those before.
        """
        for packet in packets:
            metadata = decode_packet(packet)
            self.n_packets += 1
            self.sets[metadata.set_name] += 1
            self.n_damaged += bool(metadata.damage)
            self._count_loose(metadata, number=number or self.n_packets)
            self.evidence.add(metadata)
            if metadata.set_name in ("garbage", "unknown"):
                continue
            is_believed = not packet.damage and metadata.time_us is not None
            stamp_us = metadata.time_us if is_believed else _UNKNOWN
            pts_us = _UNKNOWN if metadata.pts_us is None else metadata.pts_us
            self._stamps(metadata.stream).add(np.array([stamp_us]), np.array([pts_us]))

    def _count_loose(self, metadata: MetadataSet, *, number: int) -> None:
        for damage in metadata.damage:
            self.damage[str(damage.kind)] += 1
            self.places[f"{damage.kind} {damage.place}"] += 1
            inside = "" if damage.place == "packet" else f", {damage.place}"
            self.first_damage.setdefault(str(damage.kind), f"packet {number}{inside}")
        for key, item in metadata.items.items():
            name = f"{metadata.set_name} {key}"
            self._loose.count[name] += 1
            self._loose.unknown[name] += item.is_unknown
            self._loose.empty[name] += not item.wire
            self._loose.out_of_range[name] += item.is_out_of_range

    def _stamps(self, stream: int) -> StampTally:
        return self.stamps.setdefault(stream, StampTally())


def _framed(raw: bytes) -> KlvPacket:
    framer = KlvFramer()
    return [*framer.feed(KlvPayload(stream=0, data=raw)), *framer.flush()][0]


def _is_searched(kind: object) -> bool:
    return isinstance(kind, NestedItem) and kind.find_never_set is not None
