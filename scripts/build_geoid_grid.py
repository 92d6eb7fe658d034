"""Build the geoid grid that ships with the package, from the EGM96 grid that PROJ publishes.

Usage::

    apt-get update && apt-get download proj-data && dpkg -x proj-data_*.deb proj
    python scripts/build_geoid_grid.py proj/usr/share/proj/egm96_15.gtx

It prints the SHA-256 that ``plainview/geo/geoid.py`` checks. The grid is 721 rows from south
to north by 1440 columns from 180 W eastward, 15 minutes apart, in whole millimetres; each
value is coded as the difference to its neighbours (twice along a row, once across rows), in
little-endian 16-bit integers with all low bytes before all high bytes, and then deflated.
"""

import hashlib
import struct
import sys
import zlib
from pathlib import Path

import numpy as np

N_ROWS, N_COLUMNS = 721, 1440
TARGET = Path(__file__).parents[1] / "src/plainview/geo/data/egm96_15.bin"


def read_gtx(path: Path) -> np.ndarray:
    """Read a GTX grid: 40 bytes of header, then big-endian 32-bit metres, south row first."""
    data = path.read_bytes()
    header = struct.unpack(">4d2i", data[:40])
    if header != (-90.0, -180.0, 0.25, 0.25, N_ROWS, N_COLUMNS):
        raise SystemExit(f"{path}: header {header} is not that of the EGM96 15-minute grid")
    return np.frombuffer(data[40:], ">f4").reshape(N_ROWS, N_COLUMNS).astype(np.float64)


def encode_grid(undulation_m: np.ndarray) -> bytes:
    """Code a grid as the module says."""
    millimetres = np.round(undulation_m * 1000.0).astype(np.int64)
    coded = np.diff(np.diff(millimetres, axis=0, prepend=0), n=1, axis=1, prepend=0)
    coded = np.diff(coded, axis=1, prepend=0)
    if np.abs(coded).max() > np.iinfo(np.int16).max:
        raise SystemExit("a difference does not fit into 16 bits")
    planes = coded.astype("<i2").tobytes()
    return zlib.compress(planes[0::2] + planes[1::2], 9)


def main() -> None:
    """Build the grid from the file named on the command line."""
    data = encode_grid(read_gtx(Path(sys.argv[1])))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(data)
    print(f"{TARGET.name}: {len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()
