"""Pictures and KLV as RTP streams of their own to a mission: the recording holds both."""

from pathlib import Path

import pytest

from bench.drawn_scene.drawn_clip import DrawnClip
from plainview.errors import InputError
from plainview.formats.klv_carriage import KlvDemuxer
from plainview.formats.transport_packets import PacketAligner
from plainview.mission.reader import Mission
from plainview.mission.watch import make_watch_request, watch
from tests.formats.rtp_senders import RtspSender, sent_clip


def test_an_rtsp_server_of_two_streams_gives_the_mission_of_its_file(
    drawn_clip: DrawnClip, whole_mission: Mission, tmp_path: Path
) -> None:
    sent = sent_clip(drawn_clip.video)
    server = RtspSender(sent, pause_s=0.0005)
    with server.serving() as url:
        request = make_watch_request(
            url, out=tmp_path / "live", give_up_s=3.0, max_delay_s=None, is_overlay_drawn=False
        )
        mission = watch(request)
    assert mission.is_complete
    summary, file = mission.summary, whole_mission.summary
    assert summary["counts"]["frames"] == sent.n_pictures == file["counts"]["frames"]
    assert summary["counts"]["packets"] == len(sent.units) == file["counts"]["packets"]
    assert summary["live"]["metadata_damaged_by_link"] == 0
    assert _klv_of(mission.path / "recording.ts", own=len(sent.units)) == sent.units
    live_tracks, file_tracks = mission.tracks, whole_mission.tracks
    assert live_tracks["x_px"].to_pylist() == file_tracks["x_px"].to_pylist()
    times_us = mission.frames["time_us"].to_pylist()
    assert times_us == whole_mission.frames["time_us"].to_pylist()
    assert "guard" not in (mission.path / "mission.json").read_text()


def test_pictures_between_metadata_are_predicted_or_wait_for_it(
    drawn_clip: DrawnClip, tmp_path: Path
) -> None:
    sent = sent_clip(drawn_clip.video, klv_every=5)
    methods, ages_s = {}, {}
    for wait_s in (0.0, 0.4):
        with RtspSender(sent, pause_s=0.0005).serving() as url:
            request = make_watch_request(
                url,
                out=tmp_path / f"live-{wait_s}",
                give_up_s=3.0,
                max_delay_s=None,
                metadata_wait_s=wait_s,
                is_overlay_drawn=False,
            )
            frames = watch(request).frames
        methods[wait_s] = frames["view_method"].to_pylist()[4:]
        ages_s[wait_s] = [age or 0.0 for age in frames["metadata_age_s"].to_pylist()[4:]]
    assert len(methods[0.0]) == len(methods[0.4]) == sent.n_pictures - 4
    assert set(methods[0.4][:-4]) == {"exact", "interpolated"}
    assert set(methods[0.0]) <= {"exact", "predicted", "interpolated"}  # some sets came in time
    for method, age_s in zip(methods[0.0], ages_s[0.0], strict=True):
        assert age_s <= 0.162  # at most four pictures behind the last set
        assert age_s > 0.0 or method != "predicted"


def test_pictures_cannot_wait_longer_than_they_may_be_late() -> None:
    with pytest.raises(InputError, match="dropped"):
        make_watch_request("udp://:5000", out=Path("out"), max_delay_s=0.3, metadata_wait_s=0.3)


def _klv_of(path: Path, *, own: int) -> list[bytes]:
    """Return the payloads of the source's KLV stream in a recording, the first that come."""
    demuxer, aligner = KlvDemuxer(), PacketAligner()
    found = [klv for run in aligner.feed(path.read_bytes()) for klv in demuxer.feed(run)]
    source = min(klv.stream for klv in found)
    payloads = [klv.data for klv in found + demuxer.flush() if klv.stream == source]
    assert len(payloads) == own
    return payloads
