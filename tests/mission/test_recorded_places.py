"""Places in the recording's ST 0903 sets: with their whole covariance, by two readers."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
import pymap3d
import pytest
import stanag4609.st0903
from stanag4609.transport.demux import PESStreamEvent

from plainview.misb.imap import imapb_step
from plainview.misb.universal_label import SETS
from plainview.mission.packet_json import metadata_sets_of
from plainview.mission.reader import Mission

CELL_HEADER_BYTES = 5
"""Of a metadata access-unit cell (ISO/IEC 13818-1, 2.12.4)."""

Array = npt.NDArray[np.float64]
PACK = (
    *("latitude_deg", "longitude_deg", "height_hae_m", "sigma_east", "sigma_north", "sigma_up"),
    *("rho_east_north", "rho_east_up", "rho_north_up"),
)
STAMP_OVER_UTC_US = 29_000_000
"""MISP time counts no leap seconds; the drawn year has 29 of them over UTC."""
STEP_DEG = (imapb_step(-90.0, 90.0, n_bytes=4), imapb_step(-180.0, 180.0, n_bytes=4))
METRES_A_DEGREE = 111_700.0
"""At most, on WGS84."""
SIGMA_STEP_M = imapb_step(0.0, 650.0, n_bytes=2)
RHO_STEP = imapb_step(-1.0, 1.0, n_bytes=2)
HEIGHT_STEP_M = imapb_step(-900.0, 19_000.0, n_bytes=2)


class Place(NamedTuple):
    """One target's place as a reader has it: degrees and metres, sigmas, correlations."""

    latitude_deg: float
    longitude_deg: float
    height_hae_m: float
    sigma_m: tuple[float, float, float]
    rho: tuple[float, float, float]

    def covariance_m2(self) -> Array:
        """Return the (3, 3) covariance, east, north, up."""
        rho = np.eye(3)
        rho[np.triu_indices(3, 1)] = self.rho
        rho.T[np.triu_indices(3, 1)] = self.rho
        sigma = np.array(self.sigma_m)
        return rho * np.outer(sigma, sigma)


Places = dict[tuple[int, int], Place]
"""By the set's stamp and the target's number."""


def place_of(numbers: Sequence[float]) -> Place:
    """Return a place of latitude, longitude, height, three sigmas and three correlations."""
    latitude, longitude, height, s_east, s_north, s_up, rho_en, rho_eu, rho_nu = numbers
    sigma, rho = (s_east, s_north, s_up), (rho_en, rho_eu, rho_nu)
    return Place(latitude, longitude, height, sigma, rho)


def places_by_us(path: Path) -> Iterator[tuple[tuple[int, int], Place]]:
    for metadata in metadata_sets_of(path):
        series: Any = metadata.value(101) if metadata.set_name == "ST0903" else ()
        for target in series or ():
            if 17 in target:
                numbers = [target[17][name] for name in PACK]
                yield (metadata.time_us or 0, target["target_id"]), place_of(numbers)


def places_by_peer(path: Path) -> Iterator[tuple[tuple[int, int], Place]]:
    label = next(each.label for each in SETS if each.name == "ST0903")
    demuxer = stanag4609.TransportDemuxer()
    for event in [*demuxer.feed(path.read_bytes()), *demuxer.finish()]:
        payload = bytes(event.pes.payload) if isinstance(event, PESStreamEvent) else b""
        payload = payload[CELL_HEADER_BYTES:]
        if not payload.startswith(label):
            continue
        packet = stanag4609.st0903.decode_vmti_local_set(payload)
        for target in packet.targets:
            place = target.value(17)
            if place is not None:
                numbers = [place.latitude, place.longitude, place.hae]
                numbers += [*place.standard_deviations, *place.correlations]
                (stamp,) = (item for item in packet.local_set.items if item.tag == 2)
                yield (
                    (int.from_bytes(stamp.value, "big"), target.target_id),
                    place_of([float(each) for each in numbers]),
                )


def covariance_of_row(row: dict[str, Any]) -> Array:
    names = (("ee", "en", "eu"), ("en", "nn", "nu"), ("eu", "nu", "uu"))
    return np.array([[row[f"cov_{name}_m2"] for name in line] for line in names])


def rounding_m2(cov: Array) -> Array:
    """Return by how much the steps of sigmas and correlations may change a covariance."""
    sigma = np.sqrt(np.diag(cov))
    sum_of_pairs = sigma[:, np.newaxis] + sigma
    return RHO_STEP * np.outer(sigma, sigma) + SIGMA_STEP_M * (sum_of_pairs + SIGMA_STEP_M)


@pytest.mark.parametrize("reader", [places_by_us, places_by_peer])
def test_a_recorded_place_has_the_covariance_of_the_tables(
    reader: Any, whole_mission: Mission
) -> None:
    """All six terms, within the steps of the standard; and so is the place itself."""
    read: Places = dict(reader(whole_mission.path / "recording.ts"))
    rows = pq.read_table(whole_mission.path / "tracks.parquet").to_pylist()
    told = {(row["time_us"] + STAMP_OVER_UTC_US, row["track_id"]): row for row in rows}
    assert len(read) > 20
    assert read.keys() <= told.keys()
    for key, place in read.items():
        row = told[key]
        cov = covariance_of_row(row)
        assert np.all(np.abs(place.covariance_m2() - cov) <= rounding_m2(cov)), key
        assert np.abs(cov[0, 1] + cov[0, 2] + cov[1, 2]) > 0.0
        off = pymap3d.geodetic2enu(
            *place[:3], *(row[name] for name in ("latitude_deg", "longitude_deg", "height_hae_m"))
        )
        assert np.hypot(off[0], off[1]) <= METRES_A_DEGREE * np.hypot(*STEP_DEG)
        assert abs(off[2]) <= HEIGHT_STEP_M


def test_the_correlations_that_are_recorded_matter(whole_mission: Mission) -> None:
    """Without them an ellipse that is long along the look would be written round."""
    places = [place for _, place in places_by_us(whole_mission.path / "recording.ts")]
    assert max(abs(place.rho[0]) for place in places) > 0.3
