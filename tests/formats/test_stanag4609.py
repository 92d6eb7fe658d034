"""What is written as STANAG 4609 is that to every reader, and the same each time."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import stanag4609

from plainview.errors import DeviceError
from plainview.formats.klv_carriage import KlvDemuxer
from plainview.formats.source import InputSource, open_source
from plainview.formats.stanag4609 import EncoderSettings, write_stanag4609
from plainview.formats.transport_packets import PacketAligner
from plainview.misb.stamps0604 import find_picture_stamp
from plainview.model import Camera, Frame, TimeBasis, Unit, View
from tests.conftest import SharedData
from tests.formats.clips import klv_packet, picture

N = 45
START_US = 1_700_000_000_123_456
PACKETS = [klv_packet(n) for n in range(N)]
ACCEPTED_FINDINGS = {
    # Two packets at either end have no clock reference on both sides.
    "st1402.metadata_delay.unverifiable",
    "st1402.metadata_std.unverifiable",
}
"""What the verifier says of a file of ours that is not about the content of the packets."""


def time_us(n: int) -> int:
    return round(n * 1e6 / 30)


def frames(*, is_grey: bool = False) -> Iterator[Frame]:
    camera = Camera(name="camera-1", width_px=320, height_px=240)
    for n in range(N):
        pixels = picture(n, width=320, height=240)
        yield Frame(
            pixels=pixels[:, :, 0].copy() if is_grey else pixels,
            camera=camera,
            frame_index=n,
            video_time_us=time_us(n),
            view=View(time_us=START_US + time_us(n), time_basis=TimeBasis.SIMULATED),
        )


def read(path: Path) -> tuple[InputSource, list[Unit]]:
    source = open_source([path])
    units = list(source.units())
    source.close()
    return source, units


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stanag") / "clip.ts"
    assert write_stanag4609(path, frames=frames(), packets=PACKETS) == N
    return path


def test_the_same_frames_and_packets_give_the_same_bytes(clip: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.ts"
    write_stanag4609(again, frames=frames(), packets=PACKETS)
    assert again.read_bytes() == clip.read_bytes()


def test_our_own_source_reads_frames_and_packets_at_their_times(clip: Path) -> None:
    source, units = read(clip)
    times = [unit.frame.video_time_us for unit in units if unit.frame is not None]
    payloads = [payload for unit in units for payload in unit.payloads]
    assert times == [pytest.approx(time_us(n), abs=6) for n in range(N)]
    assert [payload.data for payload in payloads] == PACKETS
    assert [payload.video_time_us for payload in payloads] == times
    assert {info.carriage for info in source.streams} == {None, "synchronous"}


def test_every_picture_carries_the_stamp_of_its_view(clip: Path) -> None:
    with av.open(str(clip)) as container:
        stamps = [find_picture_stamp(bytes(p)) for p in container.demux(video=0) if p.size]
    assert [stamp.time_us if stamp else None for stamp in stamps] == [
        START_US + time_us(n) for n in range(N)
    ]


def test_a_key_picture_comes_each_second(clip: Path) -> None:
    with av.open(str(clip)) as container:
        keys = [n for n, frame in enumerate(container.decode(video=0)) if frame.key_frame]
    assert keys == [0, 30]


def test_pictures_look_as_they_did(clip: Path) -> None:
    with av.open(str(clip)) as container:
        decoded = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
    errors = [
        np.abs(pixels.astype(int) - frame.pixels).mean()
        for pixels, frame in zip(decoded, frames(), strict=True)
    ]
    assert max(errors) < 4.0


def test_the_verifier_of_stanag4609_finds_nothing_but_what_is_accepted(
    shared_data: SharedData, tmp_path: Path
) -> None:
    path = shared_data("fmv_klv/osh/sample-stream_part1.ts")
    demuxer = KlvDemuxer()
    packets = [
        klv.data for run in PacketAligner().feed(path.read_bytes()) for klv in demuxer.feed(run)
    ]
    clip = tmp_path / "clip.ts"
    write_stanag4609(clip, frames=frames(), packets=packets[:N])
    report = stanag4609.verify_fmv_file(clip)
    found = {
        finding.code
        for finding in report.findings
        if finding.status.name in ("ERROR", "WARNING", "WARN")
        and not finding.code.startswith(("st0601.", "st0902."))
    }
    assert found <= ACCEPTED_FINDINGS


def test_grey_frames_and_frames_without_a_packet_are_written(tmp_path: Path) -> None:
    clip = tmp_path / "clip.ts"
    packets = [packet if n % 3 == 0 else None for n, packet in enumerate(PACKETS)]
    write_stanag4609(
        clip,
        frames=frames(is_grey=True),
        packets=packets,
        settings=EncoderSettings(rate_hz=Fraction(30), quality=25),
    )
    _, units = read(clip)
    assert sum(unit.frame is not None for unit in units) == N
    assert [p.data for unit in units for p in unit.payloads] == PACKETS[::3]


def test_frames_of_16_bits_are_refused(tmp_path: Path) -> None:
    frame = Frame(
        pixels=np.zeros((16, 16), np.uint16),
        camera=Camera(name="camera-1", width_px=16, height_px=16),
        frame_index=0,
        video_time_us=0,
    )
    with pytest.raises(ValueError, match="8-bit"):
        write_stanag4609(tmp_path / "clip.ts", frames=[frame], packets=[None])
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="nowhere"):
        write_stanag4609(tmp_path / "nowhere" / "clip.ts", frames=frames(), packets=PACKETS)
