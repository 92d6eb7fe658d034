"""Live links against real senders on loopback: every byte comes, in order, and ends are said."""

import socket
import threading

import pytest
from tstrans import mpegts, rtp

from plainview.errors import DeviceError, InputError
from plainview.formats.link_address import parse_link
from plainview.formats.live_link import Link, open_link
from plainview.formats.transport_packets import PACKET_BYTES, packet_rows, pids_of
from tests.formats.links import free_port, packets, received, send_all, sender_to, wait_until

DATA = packets(700)


@pytest.mark.parametrize("scheme", ["udp", "rtp"])
@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_datagrams_to_a_host_come_whole(scheme: str, host: str) -> None:
    port = free_port(socket.SOCK_DGRAM, host.strip("[]"))
    link = open_link(parse_link(f"{scheme}://{host}:{port}"))
    sender = sender_to(f"{scheme}://{host}:{port}")
    send_all(sender, DATA)
    assert received(link, len(DATA)) == DATA
    assert link.n_lost == 0
    sender.close()
    link.close()


@pytest.mark.parametrize(
    ("group", "interface"), [("239.255.7.7", "127.0.0.1"), ("[ff12::7:7]", "lo")]
)
def test_two_receivers_of_a_group_get_the_same(group: str, interface: str) -> None:
    url = f"udp://{group}:{free_port(socket.SOCK_DGRAM)}?iface={interface}"
    links = [open_link(parse_link(url)) for _ in range(2)]
    sender = sender_to(url)
    try:
        send_all(sender, DATA)
        came = [received(link, len(DATA)) for link in links]
    except DeviceError as error:
        pytest.skip(f"loopback has no route for this group here: {error.what}")
    finally:
        sender.close()
        for link in links:
            link.close()
    assert came == [DATA, DATA]


def test_tcp_comes_whole_and_its_end_is_said() -> None:
    port = free_port()
    waiting = open_link(parse_link(f"tcp://127.0.0.1:{port}?mode=listener"))
    sending = threading.Thread(target=_send_and_close, args=(f"tcp://127.0.0.1:{port}",))
    sending.start()
    assert received(waiting, len(DATA)) == DATA
    with pytest.raises(DeviceError, match="ended by the sender"):
        received(waiting, 1)
    sending.join()
    waiting.close()


@pytest.mark.parametrize("options", ["latency=60", "latency=60&passphrase=rescue-at-sea"])
def test_srt_comes_whole_and_its_end_is_said(options: str) -> None:
    url = f"srt://127.0.0.1:{free_port(socket.SOCK_DGRAM)}?{options}"
    sending = threading.Thread(target=_send_and_close, args=(f"{url}&mode=listener",))
    sending.start()
    link = _opened(url)
    assert received(link, len(DATA)) == DATA
    with pytest.raises(DeviceError):
        received(link, 1)
    sending.join()
    link.close()


def test_srt_may_be_called() -> None:
    url = f"srt://127.0.0.1:{free_port(socket.SOCK_DGRAM)}?latency=60"
    link = open_link(parse_link(f"{url}&mode=listener"))
    sending = threading.Thread(target=_send_and_close, args=(url,))
    sending.start()
    assert received(link, len(DATA)) == DATA
    sending.join()
    link.close()


def test_an_rtsp_server_gives_its_transport_stream() -> None:
    server = rtp.RtspServer.start(rtp.RtspServerConfig(bind_addr="127.0.0.1:0"))
    program = mpegts.MuxerProgramConfigBuilder(program_number=1, pmt_pid=0x100)
    program = program.add_video(0x101, mpegts.VideoCodec.H264)
    program = program.add_klv(0x102, mpegts.KlvStreamType.PRIVATE_DATA, carries_pts=True)
    mount = server.add_unicast_mount("/live", program.build())
    link = open_link(parse_link(f"rtsp://{server.local_addr()}/live"))
    is_over = threading.Event()
    pushing = threading.Thread(target=_push, args=(mount, is_over))
    pushing.start()
    came = received(link, 200 * PACKET_BYTES)
    is_over.set()
    pushing.join()
    assert len(came) >= 200 * PACKET_BYTES
    assert {0x100, 0x101, 0x102} <= set(pids_of(packet_rows(came)).tolist())
    link.close()
    server.stop()


def test_a_port_that_is_taken_is_refused_with_the_mend() -> None:
    url = f"udp://127.0.0.1:{free_port(socket.SOCK_DGRAM)}"
    link = open_link(parse_link(url))
    with pytest.raises(InputError, match="cannot be listened to"):
        open_link(parse_link(url))
    link.close()


@pytest.mark.parametrize("scheme", ["tcp", "srt", "rtsp"])
def test_a_sender_that_is_not_there_is_a_device_that_failed(scheme: str) -> None:
    with pytest.raises(DeviceError) as failure:
        open_link(parse_link(f"{scheme}://user:hunter2@127.0.0.1:{free_port()}"))
    assert "hunter2" not in str(failure.value)


def _send_and_close(url: str) -> None:
    sender = sender_to(url)
    send_all(sender, DATA)
    sender.close()


def _opened(url: str) -> Link:
    found: list[Link] = []

    def is_open() -> bool:
        try:
            found.append(open_link(parse_link(url)))
        except DeviceError:
            return False
        return True

    assert wait_until(is_open)
    return found[0]


def _push(mount: "rtp.MountHandle", is_over: threading.Event) -> None:
    """Push pictures that no decoder needs to like, and metadata, until told to stop."""
    picture = b"\x00\x00\x00\x01\x09\xf0\x00\x00\x00\x01\x65" + bytes(range(1, 200)) * 10
    for k in range(2000):
        if is_over.wait(0.005):
            return
        stamp = mpegts.Pts90khz.from_raw(90_000 + 3600 * k)
        mount.push_video(picture, pts=stamp, key_frame=True)
        mount.push_klv(b"\x06\x0e\x2b\x34" + bytes(12) + b"\x01\x00", pts=stamp)
