"""ST 0601 in columns against the peers: n packets to columns and back, and one packet lazily.

The packets are those of a public test clip with the items that hold sets taken out, once all
their numbers ("full") and once those of a usual gimbal ("typical"), with values drawn anew for
each packet. Peers run in one process of their own, from a folder of their own, and rounds are
interleaved; each side's best round counts, as others use this machine. What is
timed starts at bytes objects and ends where values are arrays (ours) or attributes (theirs).
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview.formats import read_klv_payloads
from plainview.misb import (
    KlvFramer,
    LazyReader,
    MetadataColumns,
    amend_columns,
    decode_columns,
    decode_packet,
    encode_columns,
    encode_set,
)
from plainview.misb.item_numbers import ImapItem, LinearItem
from plainview.misb.st0601 import ST0601

__all__ = ["run"]

CLIP: Final = "fmv_klv/kwiver/h264_klv.ts"
PEERS: Final = ("tstrans==0.8.0", "stanag4609==0.4.0")
TYPICAL: Final = (*range(2, 34), 40, 41, 42, 65)
N_ROUNDS: Final = 7
N_PACKETS: Final = 20_000
N_FOR_SLOW: Final = {"tstrans": 1_000, "stanag4609": 60}
LEAST: Final = {
    "typical": {"tstrans": 25.0, "stanag4609": 250.0},
    "full": {"tstrans": 40.0, "stanag4609": 250.0},
}
LEAST_ENCODE: Final = 15.0
_FOLDER: Final = Path(".bench/codecs")
_NEVER: Final = frozenset({1, 60, 61, 62, 140})

Floats = npt.NDArray[np.float64]


class _Peers:
    """The process that the peers run in."""

    def __init__(self) -> None:
        mark = _FOLDER / ("-".join(PEERS) + ".installed")
        if not mark.exists():
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
            subprocess.run([*pip, "--upgrade", "--target", str(_FOLDER), *PEERS], check=True)
            mark.touch()
        script = Path(__file__).with_name("codec_peer.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(_FOLDER.resolve())},
        )

    def ask(self, peer: str, what: str, packets: tuple[bytes, ...]) -> dict[str, Any]:
        """Return what a peer answers for its number of packets, the seconds for one of them."""
        given = packets[: N_FOR_SLOW[peer]]
        task = {"peer": peer, "what": what, "packets": [each.hex() for each in given]}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return {**answer, "seconds": answer["seconds"] / len(given), "n": len(given)}

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def _packets(*, is_typical: bool) -> tuple[bytes, ...]:
    """Return packets of one layout with values drawn anew."""
    clip = Path(os.environ.get("PLAINVIEW_DATA", "../shared/data")) / CLIP
    framer = KlvFramer()
    raws = [each for payload in read_klv_payloads(clip) for each in framer.feed(payload)]
    items = decode_packet(raws[0]).items
    kept = {
        tag: item
        for tag, item in items.items()
        if isinstance(item.value, int | float | str)
        and item.wire
        and (tag in TYPICAL if is_typical else tag not in _NEVER)
    }
    first = decode_columns([encode_set(kept)] * N_PACKETS)
    draw = np.random.default_rng(3)
    changes = {2: first.numbers[2] + 33_333.0 * np.arange(N_PACKETS)}
    for tag in first.numbers:
        kind = ST0601.by_number[tag]
        if isinstance(kind, LinearItem | ImapItem):
            changes[tag] = draw.uniform(kind.low, kind.high, N_PACKETS)
    return tuple(each or b"" for each in amend_columns(first, changes))


def _seconds(call: Callable[[], object]) -> float:
    start_s = time.perf_counter()
    call()
    return (time.perf_counter() - start_s) / N_PACKETS


def _settable(columns: MetadataColumns) -> dict[int, Floats]:
    return {tag: column for tag, column in columns.numbers.items() if tag not in _NEVER}


def _row(packets: tuple[bytes, ...], peers: _Peers, *, least: dict[str, float]) -> dict[str, Any]:
    columns = decode_columns(packets)
    texts = {
        tag: item
        for tag, item in LazyReader().read(packets[0]).items()
        if isinstance(item.value, str)
    }
    numbers = {tag: columns.numbers.get(tag) for tag in LazyReader().read(packets[0])}
    known = {tag: column for tag, column in numbers.items() if column is not None and tag != 1}
    reader = LazyReader()
    ours: dict[str, Callable[[], object]] = {
        "parse": lambda: decode_columns(packets),
        "encode": lambda: encode_columns(known, others=texts),
        "lazy": lambda: [reader.read(each).value(13) for each in packets],
    }
    mine: dict[str, list[float]] = {}
    theirs: dict[tuple[str, str], list[float]] = {}
    same = 0
    for _ in range(N_ROUNDS):
        for name, call in ours.items():
            mine.setdefault(name, []).append(_seconds(call))
        for what, peer in (("parse", "tstrans"), ("parse", "stanag4609"), ("encode", "tstrans")):
            answer = peers.ask(peer, what, packets)
            theirs.setdefault((what, peer), []).append(answer["seconds"])
            same = answer.get("same", same)
    best = {name: min(each) for name, each in mine.items()}
    times = {
        f"{name} over {peer}": round(min(theirs[(what, peer)]) / best[name], 1)
        for name, what in (("parse", "parse"), ("lazy", "parse"), ("encode", "encode"))
        for peer in N_FOR_SLOW
        if (what, peer) in theirs
    }
    is_identical = amend_columns(columns, _settable(columns)) == packets
    reached = [times[f"parse over {peer}"] >= least_times for peer, least_times in least.items()]
    return {
        "items": len(reader.read(packets[0])),
        "bytes": len(packets[0]),
        "packets_per_s": {name: round(1.0 / each) for name, each in best.items()},
        "times": times,
        "unchanged_are_identical": is_identical,
        "tstrans_identical": f"{same} of {N_FOR_SLOW['tstrans']}",
        "is_met": all(reached) and times["encode over tstrans"] >= LEAST_ENCODE and is_identical,
    }


def run() -> dict[str, object]:
    """Measure both kinds of packet and return the row."""
    peers = _Peers()
    rows = {
        name: _row(_packets(is_typical=name == "typical"), peers, least=least)
        for name, least in LEAST.items()
    }
    peers.close()
    return {
        "figure": "parse 25x (typical) and 40x (full) tstrans, 250x stanag4609; encode 15x tstrans,"
        " unchanged packets to the byte",
        **rows,
        "is_met": all(row["is_met"] for row in rows.values()),
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
