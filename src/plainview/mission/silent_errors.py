"""What another reader would get wrong without saying so, where a file has it."""

from collections.abc import Iterator
from typing import Any, Final

from plainview.misb import ConventionVerdict
from plainview.misb.damage import DamageKind
from plainview.misb.st0601 import ST0601
from plainview.mission.metadata_survey import MetadataSurvey
from plainview.mission.read_streams import StreamsRead

__all__ = ["silent_errors"]

_NAMED: Final = 4
_CHECKSUMS: Final = (DamageKind.CHECKSUM, DamageKind.CHECKSUM_MISSING)

Row = tuple[str, int, str]
"""A code, how often, and what happens."""


def silent_errors(read: StreamsRead, verdict: ConventionVerdict | None) -> list[dict[str, Any]]:
    """Return what careless readers get wrong of this file, an object a trap.

    Args:
        read: What was read of it.
        verdict: How its angles and heights are to be read; None where it says no pose.
    """
    rows = [*_of_bytes(read.metadata), *_of_values(read.metadata), *_of_carriage(read)]
    rows += _of_meaning(read.metadata, verdict)
    return [{"code": code, "count": count, "what": what} for code, count, what in rows if count]


def _of_bytes(metadata: MetadataSurvey) -> Iterator[Row]:
    items = metadata.items
    yield (
        "long_tags",
        items.n_long_tag,
        "A reader that takes the number of an item for one byte misreads these packets from the"
        " first item over 127 on.",
    )
    yield (
        "long_lengths",
        items.n_long_length,
        "A reader that takes the length of an item for one byte misreads these packets from the"
        " first item of 128 bytes on.",
    )
    yield (
        "checksum_ignored",
        sum(metadata.damage[kind] for kind in _CHECKSUMS),
        "A reader that does not test the checksum takes the values of these packets for good.",
    )
    yield (
        "cut_packets",
        metadata.damage[DamageKind.TRUNCATED] + metadata.damage[DamageKind.LENGTH],
        "A reader that takes each payload for one whole packet reads past the end of these.",
    )
    yield (
        "odd_lengths",
        metadata.damage[DamageKind.ITEM_LENGTH],
        "Items have another length than their standard gives them: a reader that scales what is"
        f" there gets another number ({_places(metadata, DamageKind.ITEM_LENGTH)}).",
    )
    yield (
        "repeated_items",
        metadata.damage[DamageKind.ITEM_REPEATED],
        "Items stand twice in a packet: readers differ in which of them counts.",
    )


def _places(metadata: MetadataSurvey, kind: str) -> str:
    places = [each.removeprefix(f"{kind} ") for each in metadata.places if each.startswith(kind)]
    return ", ".join(sorted(places)[:_NAMED])


def _of_values(metadata: MetadataSurvey) -> Iterator[Row]:
    items = metadata.items
    marked = {name: n for name, n in items.out_of_range.items() if n}
    yield (
        "out_of_range_marks",
        sum(marked.values()),
        f"The mark for out of range, taken for a number, is a pole, a date line or a steep angle"
        f" ({_named(marked)}).",
    )
    empty = {name: n for name, n in items.empty.items() if n}
    yield (
        "empty_items",
        sum(empty.values()),
        f"Items without a length say that a value is no longer known; a reader that keeps the"
        f" last one goes on with it ({_named(empty)}).",
    )
    n_packets = metadata.sets["ST0601"]
    seldom = {
        name: n_packets - n
        for name, n in items.count.items()
        if name.startswith("ST0601 ") and n < n_packets
    }
    yield (
        "report_on_change",
        len(seldom),
        "Items are not in every packet: a reader that takes each packet by itself has no value"
        f" where the others hold the last ({_named(seldom, rare_first=False)}).",
    )


def _named(counts: dict[str, int], *, rare_first: bool = False) -> str:
    """Return the most frequent items of a count in words."""
    order = sorted(counts, key=lambda name: counts[name], reverse=not rare_first)
    told = [_item_text(name) for name in order[:_NAMED]]
    return ", ".join(told) + (" and others" if len(order) > _NAMED else "")


def _item_text(name: str) -> str:
    standard, _, number = name.partition(" ")
    kind = ST0601.by_number.get(int(number)) if standard == "ST0601" and number.isdigit() else None
    return name if kind is None else f"{number} {kind.name}"


def _of_carriage(read: StreamsRead) -> Iterator[Row]:
    n_without = sum(klv.n_without_time for klv in read.probed.klv)
    if read.probed.container == "mpegts":
        yield (
            "no_container_stamp",
            n_without,
            "Metadata payloads have no stamp of the container; some readers give 0 for none, and"
            " all of these then lie on one instant.",
        )
    if read.facts is not None:
        yield (
            "unusual_carriage",
            read.facts.n_klv_exact,
            "Payloads are not one whole KLV packet each: a reader that takes them so loses or"
            " garbles what runs over two, or follows the first.",
        )
    hidden = [each for each in read.probed.streams if each.details == "not announced as KLV"]
    yield (
        "not_announced",
        len(hidden),
        "A stream carries KLV and is not announced as such: readers that go by the tables find"
        " no metadata.",
    )
    if read.facts is not None:
        yield (
            "reserved_bits",
            read.facts.stamps.n_reserved_wrong,
            "Time stamps in the pictures break the rule of their reserved bits: strict readers"
            " give up the stream there.",
        )


def _of_meaning(metadata: MetadataSurvey, verdict: ConventionVerdict | None) -> Iterator[Row]:
    yield (
        "universal_set",
        metadata.sets["EG0104"],
        "The metadata is the old universal set (EG 0104): readers of ST 0601 find nothing in it.",
    )
    yield (
        "misp_time",
        metadata.items.n_leap_seconds,
        "The source states leap seconds (item 136): its stamps are not UTC until they are added.",
    )
    backward = sum(each.n_backward for each in metadata.stamps.values())
    yield (
        "backward_stamps",
        backward,
        "Time stamps go back: a reader that sorts or searches by them mixes what came first.",
    )
    if verdict is not None:
        for defect in verdict.defects:
            yield (
                "convention",
                verdict.n_samples,
                f"Read by the standard, {defect.items} {defect.what}; {defect.correction}.",
            )
