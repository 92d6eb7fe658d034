"""Pack Natural Earth's land polygons (1:50m) into the small file that the package ships.

    python scripts/build_coast.py land-50m.json src/plainview/formats/data/land-50m.xz

Origin: `land-50m.json` of the npm package world-atlas 2.0.2 (TopoJSON, ISC licence), made
from Natural Earth 1:50m land polygons (public domain, https://www.naturalearthdata.com).
The quantisation of that file (0.0036 degrees of longitude, 0.0017 of latitude) is kept.
The layout of the packed file stands in `plainview/formats/coast.py`.
"""

import json
import lzma
import struct
import sys
from pathlib import Path

import numpy as np

TURN = 99_999
"""360 degrees of longitude in the steps of the file's quantisation."""


def assemble_ring(arc_indices: list[int], arcs: list[np.ndarray]) -> np.ndarray:
    """Return the quantised points (n, 2) of a ring made of arcs, each joint once."""
    parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in arc_indices]
    return np.concatenate([part[:-1] for part in parts])


def unwrap_ring(ring: np.ndarray) -> np.ndarray:
    """Return the ring without its jumps at the date line; one round the pole is closed there.

    The file is stitched for a globe: Chukotka goes from 180 to -180 in one step, and Antarctica
    is one line round the pole.
    """
    jump = np.diff(ring[:, 0], prepend=ring[:1, 0])
    turns = np.cumsum(np.where(jump > TURN // 2, -1, np.where(jump < -TURN // 2, 1, 0)))
    unwrapped = ring + np.stack([turns * TURN, np.zeros_like(turns)], axis=1)
    first, last = unwrapped[0], unwrapped[-1]
    if abs(last[0] - first[0]) > TURN // 2:
        far = first[0] + TURN * int(np.sign(last[0] - first[0]))
        pole = np.array([[far, first[1]], [far, 0], [first[0], 0]])
        unwrapped = np.concatenate([unwrapped, pole])
    return unwrapped


def assemble_rings(topology: dict) -> list[np.ndarray]:
    """Return the quantised rings of every land polygon, holes too."""
    arcs = [np.cumsum(np.array(arc, np.int64), axis=0) for arc in topology["arcs"]]
    rings = []
    for geometry in topology["objects"]["land"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        rings += [assemble_ring(ring, arcs) for polygon in polygons for ring in polygon]
    return [unwrap_ring(ring) for ring in rings if len(ring) >= 3]


def pack(rings: list[np.ndarray], *, scale: list[float], translate: list[float]) -> bytes:
    """Return the packed file: header, ring lengths, differences split into planes of bytes."""
    points = np.concatenate(rings)
    delta = np.diff(points, axis=0, prepend=np.zeros((1, 2), np.int64)).astype("<i4")
    planes = delta.T.copy().view(np.uint8).reshape(2, -1, 4).transpose(0, 2, 1).tobytes()
    header = struct.pack("<4d2I", *scale, *translate, len(rings), len(points))
    lengths = np.array([len(ring) for ring in rings], "<u4").tobytes()
    return lzma.compress(header + lengths + planes, preset=9 | lzma.PRESET_EXTREME)


def main() -> None:
    """Read the TopoJSON named first, write the packed file named second."""
    source, target = map(Path, sys.argv[1:3])
    topology = json.loads(source.read_bytes())
    rings = assemble_rings(topology)
    transform = topology["transform"]
    data = pack(rings, scale=transform["scale"], translate=transform["translate"])
    target.write_bytes(data)
    n_points = sum(len(ring) for ring in rings)
    print(f"{len(rings)} rings, {n_points} points, {len(data)} bytes")


if __name__ == "__main__":
    main()
