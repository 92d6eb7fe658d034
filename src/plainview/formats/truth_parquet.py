"""``truth.parquet`` and ``truth_frames.parquet``: what is true, where a twin knows it."""

from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from plainview.twin import FrameTruth

__all__ = [
    "TRUTH_FRAMES_SCHEMA",
    "TRUTH_SCHEMA",
    "TruthWriter",
    "truth_frame_row",
    "truth_rows",
    "write_truth_parquet",
]

_ROWS_A_GROUP: Final = 8192
_CODED = pa.dictionary(pa.int8(), pa.string())

_BOX: Final = ("x_px", "y_px", "width_px", "height_px")
_RATIOS: Final = ("visible_fraction", "signal_to_noise")
_PLACE: Final = ("latitude_deg", "longitude_deg", "height_hae_m")

_VIEW_NUMBERS: Final = (
    "platform_heading_deg",
    "platform_pitch_deg",
    "platform_roll_deg",
    "sensor_relative_azimuth_deg",
    "sensor_relative_elevation_deg",
    "sensor_relative_roll_deg",
    "camera_heading_deg",
    "camera_elevation_deg",
    "camera_roll_deg",
    "horizontal_fov_deg",
    "vertical_fov_deg",
)

TRUTH_SCHEMA = pa.schema(
    [
        pa.field("camera", _CODED, nullable=False),
        pa.field("object_id", pa.int64(), nullable=False),
        pa.field("kind", _CODED, nullable=False),
        pa.field("frame_index", pa.int64(), nullable=False),
        pa.field("video_time_us", pa.int64(), nullable=False),
        pa.field("time_us", pa.int64(), nullable=False),
        *((name, pa.float64()) for name in (*_BOX, *_RATIOS, *_PLACE)),
    ]
)
"""Columns of ``truth.parquet``: a row an object a frame in which it is at least partly seen."""

TRUTH_FRAMES_SCHEMA = pa.schema(
    [
        pa.field("camera", _CODED, nullable=False),
        pa.field("frame_index", pa.int64(), nullable=False),
        pa.field("video_time_us", pa.int64(), nullable=False),
        pa.field("time_us", pa.int64(), nullable=False),
        ("sensor_latitude_deg", pa.float64()),
        ("sensor_longitude_deg", pa.float64()),
        ("sensor_height_hae_m", pa.float64()),
        ("sensor_altitude_msl_m", pa.float64()),
        *((name, pa.float64()) for name in _VIEW_NUMBERS),
    ]
)
"""Columns of ``truth_frames.parquet``: a row a frame, the true pose of its camera."""


def truth_rows(truth: FrameTruth) -> list[dict[str, Any]]:
    """Return the rows of ``truth.parquet`` that one frame makes."""
    objects = truth.objects
    columns: dict[str, Any] = {
        "object_id": objects.object_id.tolist(),
        "kind": objects.kind,
        **{name: getattr(objects, name).tolist() for name in (*_BOX, *_RATIOS, *_PLACE)},
    }
    common = _common(truth)
    return [
        {**common, **dict(zip(columns, values, strict=True))}
        for values in zip(*columns.values(), strict=True)
    ]


def truth_frame_row(truth: FrameTruth) -> dict[str, Any]:
    """Return the row of ``truth_frames.parquet`` that one frame makes."""
    view = truth.view
    return {
        **_common(truth),
        "sensor_latitude_deg": view.latitude_deg,
        "sensor_longitude_deg": view.longitude_deg,
        "sensor_height_hae_m": view.height_hae_m,
        "sensor_altitude_msl_m": view.altitude_msl_m,
        **{name: getattr(view, name) for name in _VIEW_NUMBERS},
    }


def _common(truth: FrameTruth) -> dict[str, Any]:
    return {
        "camera": truth.camera.name,
        "frame_index": truth.frame_index,
        "video_time_us": truth.video_time_us,
        "time_us": truth.view.time_us,
    }


def write_truth_parquet(
    out_dir: Path, *, objects: list[dict[str, Any]], frames: list[dict[str, Any]]
) -> tuple[Path, Path]:
    """Write both tables into a folder.

    Args:
        out_dir: The folder.
        objects: Rows of `truth_rows`, frame by frame.
        frames: Rows of `truth_frame_row`, frame by frame.

    Returns:
        The paths of ``truth.parquet`` and ``truth_frames.parquet``.
    """
    truth, truth_frames = out_dir / "truth.parquet", out_dir / "truth_frames.parquet"
    pq.write_table(pa.Table.from_pylist(objects, schema=TRUTH_SCHEMA), truth, compression="zstd")
    pq.write_table(
        pa.Table.from_pylist(frames, schema=TRUTH_FRAMES_SCHEMA), truth_frames, compression="zstd"
    )
    return truth, truth_frames


class TruthWriter:
    """Writes both tables while a flight goes on: memory does not go with its length.

    Args:
        folder: Where ``truth.parquet`` and ``truth_frames.parquet`` are made; those of a run
            before are written over.

    Raises:
        OSError: They cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.paths = (folder / "truth.parquet", folder / "truth_frames.parquet")
        self._schemas = (TRUTH_SCHEMA, TRUTH_FRAMES_SCHEMA)
        self._writers = [
            pq.ParquetWriter(path, schema, compression="zstd")
            for path, schema in zip(self.paths, self._schemas, strict=True)
        ]
        self._rows: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])

    def add(self, truth: FrameTruth) -> None:
        """Take the truth of one frame."""
        self._rows[0].extend(truth_rows(truth))
        self._rows[1].append(truth_frame_row(truth))
        if max(map(len, self._rows)) >= _ROWS_A_GROUP:
            self._flush()

    def close(self) -> None:
        """Write what is held, and close the files."""
        self._flush()
        for writer in self._writers:
            writer.close()

    def _flush(self) -> None:
        for rows, writer, schema in zip(self._rows, self._writers, self._schemas, strict=True):
            if rows:
                writer.write_table(pa.Table.from_pylist(rows, schema=schema))
                rows.clear()
