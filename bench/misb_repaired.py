"""Bits flipped under a checksum that was repaired: what is lost of a packet.

A hostile or broken encoder sums what it has spoilt. One bit of a packet's value is flipped, the
sum is written anew, and the packet goes through framer and decoder. Lost is a packet of which
not one item can be used: the framer does not give it out, or marks the whole of it; salvaged is
one whose items before the damage are given and marked.
"""

import os
import random
from collections import Counter
from pathlib import Path
from typing import Any, Final

from bench.misb_mutations import CLIPS, clip_stream, generated_stream
from plainview.misb import KlvFramer, KlvPacket, decode_packet
from plainview.misb.checksum import with_checksum
from plainview.misb.damage import DOUBTFUL
from plainview.model import KlvPayload

__all__ = ["run"]

N_FLIPS: Final = 20_000
MOST_LOST: Final = 0.03
TSTRANS_LOST: Final = "12.0 % (tstrans 0.8.0), 22.8 % (stanag4609 0.4.0), on like packets"


def flipped(packet: KlvPacket, draw: random.Random) -> bytes:
    """Return a packet with one bit of its value flipped, the checksum item spared and true."""
    raw = bytearray(packet.raw)
    start = len(raw) - len(packet.value)
    bit = draw.randrange(8 * start, 8 * (len(raw) - 4))
    raw[bit // 8] ^= 1 << bit % 8
    return with_checksum(bytes(raw[:-2]))


def outcome(raw: bytes) -> str:
    """Return ``accepted``, ``marked``, ``salvaged`` or ``lost``."""
    framer = KlvFramer()
    packets = framer.feed(KlvPayload(stream=0, data=raw)) + framer.flush()
    sets = [decode_packet(each) for each in packets]
    usable = [each for each in sets if not any(d.kind in DOUBTFUL for d in each.damage)]
    if not usable or not any(each.items for each in usable):
        return "lost"
    damage = {str(each.kind) for metadata in usable for each in metadata.damage}
    if "item_overrun" in damage:
        return "salvaged"
    return "marked" if damage else "accepted"


def run() -> dict[str, Any]:
    """Flip the bits and return the row."""
    data = Path(os.environ.get("PLAINVIEW_DATA", "../shared/data"))
    packets = generated_stream()
    for name, clip in CLIPS.items():
        if name != "aphill" and (data / clip).exists():
            packets += clip_stream(data / clip)
    draw = random.Random(11)
    counts = Counter(outcome(flipped(draw.choice(packets), draw)) for _ in range(N_FLIPS))
    lost = counts["lost"] / N_FLIPS
    return {
        "what": "20,000 packets with one flipped bit and a repaired checksum",
        "shares": {name: round(n / N_FLIPS, 4) for name, n in sorted(counts.items())},
        "peers_lost": TSTRANS_LOST,
        "target": f"at most {MOST_LOST:.0%} lost whole",
        "is_met": lost <= MOST_LOST,
    }


if __name__ == "__main__":
    print(run())
