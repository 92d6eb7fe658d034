"""One KLV packet as a JSON object: what ``plainview inspect --packets`` prints."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from plainview.formats.raw_klv import read_klv_payloads
from plainview.misb import DamagePolicy, Item, KlvFramer, MetadataSet, SetDecoder

__all__ = ["json_from_metadata", "json_from_value", "metadata_sets_of"]


def metadata_sets_of(
    path: Path, *, damage: DamagePolicy = DamagePolicy.MARK
) -> Iterator[MetadataSet]:
    """Yield every KLV packet of a file, decoded, in order.

    Args:
        path: The file.
        damage: What is given of damaged packets.

    Raises:
        InputError: The file cannot be read.
    """
    framer, decoder = KlvFramer(), SetDecoder(policy=damage)
    for payload in read_klv_payloads(path):
        for packet in framer.feed(payload):
            yield decoder.decode(packet)
    for packet in framer.flush():
        yield decoder.decode(packet)


def json_from_metadata(metadata: MetadataSet) -> dict[str, Any]:
    """Return one packet as JSON holds it; what is wrong with it stands in ``damage``."""
    return {
        "stream": metadata.stream,
        "pts_us": metadata.pts_us,
        "time_us": metadata.time_us,
        "set": metadata.set_name,
        "items": json_from_value(metadata.items),
        "damage": [{"kind": str(d.kind), "place": d.place} for d in metadata.damage],
    }


def json_from_value(value: object) -> Any:
    """Return a value as JSON holds it.

    Nested sets are objects by tag, lists arrays, bytes lower-case hex, enumerations their
    integer; what is not known, out of range or not finite is null.
    """
    if isinstance(value, Item):
        return json_from_value(value.value)
    if isinstance(value, bytes | bytearray):
        return value.hex()
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): json_from_value(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [json_from_value(item) for item in value]
    return _json_from_record(value)


def _json_from_record(value: object) -> Any:
    """Return a frozen record or an array of a nested set."""
    if hasattr(value, "tolist"):
        return json_from_value(value.tolist())
    names = getattr(value, "__dataclass_fields__", None)
    if names is None:
        raise TypeError(f"{type(value).__name__} has no form in JSON")
    return {name: json_from_value(getattr(value, name)) for name in names}
