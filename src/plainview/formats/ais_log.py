"""AIS logs of any kind that is read."""

from pathlib import Path

from plainview.formats.ais_csv import is_ais_csv, read_ais_csv
from plainview.formats.ais_nmea import read_ais_nmea
from plainview.formats.ais_rows import AisLog

__all__ = ["AisLog", "read_ais"]


def read_ais(path: Path) -> AisLog:
    """Read an AIS log: NMEA sentences with times, or CSV with a header.

    Raises:
        InputError: The file cannot be read, or needs the extra ``ais``.
        FormatError: It holds no position with its time.
    """
    return read_ais_csv(path) if is_ais_csv(path) else read_ais_nmea(path)
