"""CPTV clips made for tests, by the book."""

import gzip
import itertools
import struct
from pathlib import Path

__all__ = ["write_cptv"]


def _packed(values: list[int], n_bits: int) -> bytes:
    text = "".join(f"{value & (1 << n_bits) - 1:0{n_bits}b}" for value in values)
    text += "0" * (-len(text) % 8)
    return bytes(int(text[at : at + 8], 2) for at in range(0, len(text), 8))


def write_cptv(path: Path, pictures: list[list[list[int]]], *, n_bits: int = 12) -> bytes:
    """Write a clip of version 2 by the book: change on the picture before, then steps."""
    height, width = len(pictures[0]), len(pictures[0][0])
    fields = [("T", struct.pack("<Q", 1_700_000_000_000_000)), ("C", b"\1")]
    fields += [("X", struct.pack("<I", width)), ("Y", struct.pack("<I", height))]
    data = b"CPTV\2H" + bytes([len(fields)])
    data += b"".join(bytes([len(v)]) + n.encode() + v for n, v in fields)
    before = [0] * (width * height)
    for index, picture in enumerate(pictures):
        line = [v for y, row in enumerate(picture) for v in (row[::-1] if y % 2 else row)]
        change = [now - was for now, was in zip(line, before, strict=True)]
        before = line
        steps = [b - a for a, b in itertools.pairwise(change)]
        body = struct.pack("<i", change[0]) + _packed(steps, n_bits)
        frame = [("t", struct.pack("<I", 111 * index)), ("w", bytes([n_bits]))]
        frame += [("f", struct.pack("<I", len(body)))]
        data += b"F" + bytes([len(frame)])
        data += b"".join(bytes([len(v)]) + n.encode() + v for n, v in frame) + body
    path.write_bytes(gzip.compress(data, mtime=0))
    return path.read_bytes()
