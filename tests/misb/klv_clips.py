"""The KLV packets of real clips, and packets made for the tests of this room."""

from pathlib import Path

import av

from plainview.misb import KlvFramer, KlvPacket, encode_set
from plainview.model import KlvPayload

FLIGHT: dict[int, object] = {
    2: 1_700_000_000_000_000,
    3: "SEARCH 7",
    5: 40.0,
    6: 1.5,
    13: 54.1,
    14: 10.2,
    15: 1200.0,
    16: 12.0,
    65: 19,
}
"""A few items of a flight."""


def flight_packet(**changes: object) -> bytes:
    """Return a whole ST 0601 packet; changes are given as ``item_15=...``."""
    items = dict(FLIGHT)
    items.update({int(name.removeprefix("item_")): value for name, value in changes.items()})
    return encode_set(items)


def packets_of(*data: bytes, stream: int = 0) -> list[KlvPacket]:
    """Return the packets of payloads that come one after another, to the end."""
    framer = KlvFramer()
    packets = [each for one in data for each in framer.feed(KlvPayload(stream=stream, data=one))]
    return packets + framer.flush()


def packets_of_clip(path: Path) -> list[KlvPacket]:
    """Return the packets of a clip's KLV streams."""
    if path.suffix in (".klv", ".bin"):
        return packets_of(path.read_bytes())
    with av.open(str(path)) as container:
        streams = [stream for stream in container.streams if stream.type == "data"]
        return packets_of(*(bytes(each) for each in container.demux(*streams) if each.size))


def kinds(packet: KlvPacket) -> list[str]:
    """Return the kinds of damage of a packet."""
    return [str(damage.kind) for damage in packet.damage]
