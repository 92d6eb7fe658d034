"""Pictures and KLV as RTP streams of their own to a mission: the recording holds both."""

from pathlib import Path

from plainview.formats.klv_carriage import KlvDemuxer
from plainview.formats.transport_packets import PacketAligner
from plainview.formats.twin_clip import TwinClip
from plainview.mission.reader import Mission
from plainview.mission.watch import make_watch_request, watch
from tests.formats.rtp_senders import RtspSender, sent_clip


def test_an_rtsp_server_of_two_streams_gives_the_mission_of_its_file(
    twin_clip: TwinClip, whole_mission: Mission, tmp_path: Path
) -> None:
    sent = sent_clip(twin_clip.video)
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


def _klv_of(path: Path, *, own: int) -> list[bytes]:
    """Return the payloads of the source's KLV stream in a recording, the first that come."""
    demuxer, aligner = KlvDemuxer(), PacketAligner()
    found = [klv for run in aligner.feed(path.read_bytes()) for klv in demuxer.feed(run)]
    source = min(klv.stream for klv in found)
    payloads = [klv.data for klv in found + demuxer.flush() if klv.stream == source]
    assert len(payloads) == own
    return payloads
