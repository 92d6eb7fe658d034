"""Track histories that the export tests share."""

import numpy as np
import pyarrow as pa

from plainview.formats.track_history import TrackHistory, track_histories
from plainview.formats.tracks_parquet import TRACKS_SCHEMA

TIME_US = 1_700_000_000_000_000


def track_row(track_id: int, frame_index: int, **known: object) -> dict[str, object]:
    time_us = frame_index * 100_000
    return {
        "camera": "camera-1",
        "track_id": track_id,
        "frame_index": frame_index,
        "video_time_us": time_us,
        "time_us": TIME_US + time_us,
        "life_stage": "confirmed",
        "existence": 0.99,
        "latitude_deg": 60.0 + 1e-5 * frame_index,
        "longitude_deg": 5.0 - 2e-5 * frame_index + track_id,
        "height_hae_m": 44.0,
        "surface": "sea_level",
        "uncertainty_basis": "instrument",
        "velocity_east_m_s": 3.0,
        "velocity_north_m_s": 4.0,
        "cov_ee_m2": 100.0,
        "cov_en_m2": 60.0,
        "cov_nn_m2": 400.0,
        "cov_eu_m2": 0.0,
        "cov_nu_m2": 0.0,
        "cov_uu_m2": 9.0,
        **known,
    }


def histories_from_rows(rows: list[dict[str, object]]) -> list[TrackHistory]:
    return track_histories(pa.Table.from_pylist(rows, schema=TRACKS_SCHEMA))


def two_histories() -> list[TrackHistory]:
    rows = [track_row(1, frame) for frame in range(35)]
    rows += [track_row(2, frame, label="person", time_us=None) for frame in range(3)]
    rows += [track_row(3, 0, latitude_deg=None)]
    return histories_from_rows(rows)


def ellipse_radii_m(history: TrackHistory) -> tuple[float, float]:
    values = np.linalg.eigvalsh(history.cov_enu_m2[-1, :2, :2])
    return float(np.sqrt(5.991 * values[1])), float(np.sqrt(5.991 * values[0]))
