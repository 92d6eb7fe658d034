"""A recording played over RTSP: another reader gets its pictures and metadata to the byte."""

import threading
from pathlib import Path

import av
import pytest
from tstrans import rtp

from bench.drawn_scene.drawn_clip import DrawnClip
from plainview.errors import DeviceError, InputError
from plainview.formats.link_address import parse_link
from plainview.formats.rtsp_sender import RtspSender, is_served_here
from plainview.mission.play import Played, play
from tests.formats.links import free_port, wait_until

_QUICK = {"probesize": "200000", "analyzeduration": "300000"}
Streams = tuple[list[bytes], list[bytes]]


def read_all(url: str, *, way: str | None = None) -> Streams:
    """Return the packets of pictures and of KLV that the video library's reader gets."""
    options = {**_QUICK, **({} if way is None else {"rtsp_transport": way})}
    pictures, klv = list[bytes](), list[bytes]()
    with av.open(url, "r", options=options, timeout=5.0) as container:
        try:
            for packet in container.demux():
                if packet.size:
                    (pictures if packet.stream.type == "video" else klv).append(bytes(packet))
        except (av.error.TimeoutError, av.error.ExitError):
            pass  # a server that went away without a word, over UDP
    return pictures, klv


def played_to(clip: Path, url: str, *, reader_url: str, way: str) -> tuple[Streams, Played]:
    """Play a clip while the video library's reader opens it as soon as it can."""
    played: list[Played] = []
    thread = threading.Thread(target=lambda: played.append(play(clip, url)))
    thread.start()
    came: list[Streams] = []

    def is_read() -> bool:
        try:
            came.append(read_all(reader_url, way=way))
        except (av.error.FFmpegError, OSError):
            return not thread.is_alive()
        return True

    is_all_read = wait_until(is_read, within_s=30.0)
    thread.join()
    assert is_all_read
    return came[0], played[0]


@pytest.mark.parametrize("way", ["tcp", "udp"])
def test_what_is_served_comes_to_a_player_to_the_byte(drawn_clip: DrawnClip, way: str) -> None:
    place = f"127.0.0.1:{free_port()}/live"
    login = f"rtsp://coast:guard@{place}"
    (pictures, klv), played = played_to(drawn_clip.video, login, reader_url=login, way=way)
    sent_pictures, sent_klv = read_all(str(drawn_clip.video))
    assert klv == sent_klv
    assert pictures == sent_pictures[:-1]  # a reader knows the last to be whole when one follows
    assert len(klv) == len(sent_pictures) == 50
    assert played.address == f"rtsp://{place}"


def test_a_stream_is_handed_to_the_server_that_is_there(drawn_clip: DrawnClip) -> None:
    config = rtp.RtspServerConfig(
        bind_addr="127.0.0.1:0", accept_unregistered_publishers=True, fanout_capacity=4096
    )
    with rtp.RtspServer.start(config) as server:
        url = f"rtsp://{server.local_addr()}/from/us"
        assert not is_served_here(parse_link(url))
        sender = RtspSender(parse_link(url))
        mount = server.next_publisher(5.0)
        assert mount is not None
        came: list[bytes] = []
        receiver = mount.into_demux_receiver()
        receiver.add_byte_sink(came.append)
        reading = threading.Thread(target=lambda: list(receiver), daemon=True)
        reading.start()
        data = drawn_clip.video.read_bytes()
        for at in range(0, len(data), 1316):
            sender.send(data[at : at + 1316], due_s=at / 1e6)
        assert wait_until(lambda: sum(map(len, came)) >= len(data), within_s=10.0)
        sender.close()
    reading.join(timeout=5.0)
    assert b"".join(came) == data


def test_nobody_who_opens_it_is_said() -> None:
    address = parse_link(f"rtsp://127.0.0.1:{free_port()}/live")
    with pytest.raises(DeviceError, match="nobody has opened it"):
        RtspSender(address, wait_s=0.2)
    assert is_served_here(address)


def test_a_server_that_takes_no_streams_is_said() -> None:
    config = rtp.RtspServerConfig(bind_addr="127.0.0.1:0")
    with (
        rtp.RtspServer.start(config) as server,
        pytest.raises(DeviceError, match="does not take the stream"),
    ):
        RtspSender(parse_link(f"rtsp://{server.local_addr()}/live"))


def test_tls_is_not_served_without_a_certificate() -> None:
    with pytest.raises(InputError, match="certificate"):
        RtspSender(parse_link(f"rtsps://127.0.0.1:{free_port()}/live"))
