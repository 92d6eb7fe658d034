"""Pictures and KLV as RTP streams of their own: to the byte, on one clock, losses counted."""

import io
import random
import socket
import threading
import time
from itertools import pairwise
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tstrans import rtp

from plainview.errors import DeviceError, InputError
from plainview.formats.klv_carriage import CarriedKlv, KlvDemuxer
from plainview.formats.link_address import parse_link
from plainview.formats.live_link import Link, open_link
from plainview.formats.rtp_packets import read_rtp
from plainview.formats.rtp_streams import ElementaryStreams
from plainview.formats.rtp_units import H264, KlvUnits, PictureUnits
from plainview.formats.rtsp_control import RtspControl
from plainview.formats.sdp import chosen_media, read_description
from plainview.formats.transport_packets import PacketAligner
from tests.formats.links import free_port, wait_until
from tests.formats.rtp_senders import (
    TICKS_PER_PICTURE,
    RtspSender,
    Sent,
    description,
    klv_packets,
    sender_report,
    sent_streams,
    unit_of,
)


def streams(encoding: str = "H264") -> ElementaryStreams:
    media = chosen_media(read_description(description(encoding=encoding)), where="test")
    return ElementaryStreams(media)


def taken(receiver: ElementaryStreams, sent: Sent) -> bytes:
    """Return the transport stream of what is sent, a picture each 40 ms."""
    given, n_pictures = b"", 0
    for index, packet in sent.packets:
        given += receiver.take(index, packet, arrived_s=0.04 * n_pictures)
        n_pictures += index == 0 and packet[1] & 0x80 == 0x80 and packet[1] != 200
    return given


def klv_of(stream: bytes) -> list[CarriedKlv]:
    demuxer, aligner = KlvDemuxer(), PacketAligner()
    runs = [*aligner.feed(stream), *aligner.feed(b"", is_end=True)]
    return [klv for run in runs for klv in demuxer.feed(run)] + demuxer.flush()


def picture_stamps(stream: bytes) -> list[int]:
    """Return the stamps of the pictures that a decoder gives."""
    with av.open(io.BytesIO(stream), "r", format="mpegts") as container:
        return [frame.pts for frame in container.decode(video=0) if frame.pts is not None]


@pytest.mark.parametrize("encoding", ["H264", "H265"])
def test_each_unit_comes_to_the_byte_and_each_picture_is_decoded(encoding: str) -> None:
    sent = sent_streams(20, encoding=encoding)
    receiver = streams(encoding)
    stream = taken(receiver, sent)
    assert [klv.data for klv in klv_of(stream)] == sent.units
    stamps = picture_stamps(stream)
    assert [b - a for a, b in pairwise(stamps)] == [TICKS_PER_PICTURE] * 19
    assert (receiver.n_lost, receiver.n_damaged) == (0, 0)


def test_sender_reports_put_pictures_and_klv_on_one_clock() -> None:
    sent = sent_streams(12, klv_ahead_s=0.5)
    receiver = streams()
    stream = taken(receiver, sent)
    assert receiver.is_joined
    pictures, klv = picture_stamps(stream), klv_of(stream)
    before, behind = klv[3].pts, klv[4].pts
    assert before is not None
    assert behind is not None
    assert before == pytest.approx(pictures[3], abs=2)  # as they came, for nothing else is known
    assert behind == pytest.approx(pictures[4] - 45_000, abs=2)
    assert [b - a for a, b in pairwise(pictures)] == [3600] * 11


def test_a_unit_that_lost_a_packet_is_left_out_and_counted() -> None:
    sent = sent_streams(20)
    klv = [packet for index, packet in sent.packets if index == 1 and packet[1] != 200]
    lost = {klv[k] for k in (3 * 2 + 1, 3 * 5, 3 * 5 + 1, 3 * 9 + 2)}  # middle, head, end
    sent.packets = [each for each in sent.packets if each[1] not in lost]
    receiver = streams()
    came = [each.data for each in klv_of(taken(receiver, sent))]
    assert came == [unit for k, unit in enumerate(sent.units) if k not in {2, 5, 9}]
    assert (receiver.n_lost, receiver.n_damaged) == (4, 3)


def test_packets_that_overtake_each_other_are_put_in_order() -> None:
    sent = sent_streams(20)
    draw = random.Random(4)
    for at in range(10, len(sent.packets) - 8, 8):
        part = sent.packets[at : at + 8]
        draw.shuffle(part)
        sent.packets[at : at + 8] = part
    receiver = streams()
    stream = taken(receiver, sent)
    assert sorted(klv.data for klv in klv_of(stream)) == sorted(sent.units)
    assert len(picture_stamps(stream)) == 20
    assert (receiver.n_lost, receiver.n_damaged) == (0, 0)


def test_what_waits_for_a_packet_that_never_comes_is_given_soon() -> None:
    receiver = streams()
    first, second = (klv_packets(unit_of(k), sequence=10 * k, timestamp=k) for k in range(2))
    given = b"".join(receiver.take(1, packet, arrived_s=0.0) for packet in first)
    given += b"".join(receiver.take(1, packet, arrived_s=0.0) for packet in second)
    assert receiver.look(now_s=0.04) == b""
    assert [klv.data for klv in klv_of(given + receiver.look(now_s=0.06))] == [
        unit_of(0),
        unit_of(1),
    ]


def test_a_sender_that_began_anew_goes_on_behind() -> None:
    receiver, given = streams(), b""
    for k, source in enumerate((9, 9, 11, 11)):
        base = 1_000 if source == 9 else 3_000_000_000
        for packet in klv_packets(
            unit_of(k), sequence=7 * source + 3 * k, timestamp=base + 3600 * k, source=source
        ):
            given += receiver.take(1, packet, arrived_s=0.04 * k)
    found = klv_of(given)
    assert [klv.data for klv in found] == [unit_of(k) for k in range(4)]
    stamps = [klv.pts or 0 for klv in found]
    assert [b - a for a, b in pairwise(stamps)] == [3600] * 3


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=8), st.sets(st.integers(0, 30)))
def test_only_units_that_lost_nothing_are_given(sizes: list[int], lost: set[int]) -> None:
    units, assembler = [unit_of(k, n_bytes=n + 4) for k, n in enumerate(sizes)], KlvUnits()
    packets: list[tuple[int, bytes]] = []
    for k, unit in enumerate(units):
        made = klv_packets(unit, sequence=len(packets), timestamp=3600 * k)
        packets += [(k, packet) for packet in made]
    harmed = {k for at, (k, _) in enumerate(packets) if at in lost}
    came, expected = [], 0
    for at, (_, datagram) in enumerate(packets):
        packet = read_rtp(datagram)
        if at not in lost and packet is not None:
            came += assembler.feed(packet, is_gap=at != expected)
            expected = at + 1
    assert [unit.data for unit in came] == [u for k, u in enumerate(units) if k not in harmed]


def test_a_picture_that_lacks_a_fragment_is_given_without_it() -> None:
    sent = sent_streams(3)
    pictures = [packet for index, packet in sent.packets if index == 0]
    assembler, n_bytes = PictureUnits(H264), []
    for skipped in (None, 2):
        assembler, given = PictureUnits(H264), []
        for at, datagram in enumerate(pictures):
            packet = read_rtp(datagram)
            if packet is not None and at != skipped:
                given += assembler.feed(packet, is_gap=at == 0 or at - 1 == skipped)
        n_bytes.append(len(given[0].data))
    assert n_bytes[1] < n_bytes[0]
    assert assembler.n_damaged


@given(st.binary(max_size=300))
def test_whatever_comes_is_taken_without_an_error(data: bytes) -> None:
    receiver, given = streams(), b""
    for index in (0, 1):
        for kind in (96, 97, 200):
            given += receiver.take(index, bytes([0x80, kind]) + data, arrived_s=0.0)
    given += receiver.look(now_s=1.0)
    assert len(given) % 188 == 0
    assert set(given[::188]) <= {0x47}
    assert all(media.kind for media in read_description(data.decode("latin-1")).media)


def test_parameter_sets_of_the_description_come_before_a_key_picture() -> None:
    text = description() + "a=fmtp:97 x=1\r\n"
    text = text.replace(
        "a=control:track=0", "a=fmtp:96 packetization-mode=1; sprop-parameter-sets=Z0I=,aM4="
    )
    media = chosen_media(read_description(text), where="test")
    assert media[0].parameter_sets() == [b"\x67\x42", b"\x68\xce"]
    packet = read_rtp(b"\x80\xe0" + bytes(10) + b"\x65key")
    assert packet is not None
    (unit,) = PictureUnits(H264, media[0].parameter_sets()).feed(packet, is_gap=True)
    assert unit.is_key
    assert unit.data.split(b"\x00\x00\x00\x01")[1:] == [
        b"\x09\xf0",
        b"\x67\x42",
        b"\x68\xce",
        b"\x65key",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("m=video 5000 RTP/AVP 26\r\n", "offers no H.264"),
        ("", "but nothing"),
        (
            description().replace("a=control:track=0", "a=fmtp:96 packetization-mode=2"),
            "interleaves",
        ),
    ],
)
def test_a_description_without_pictures_is_refused_with_the_mend(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as refusal:
        chosen_media(read_description(text), where="stream.sdp")
    assert refusal.value.mend


def test_an_sdp_file_is_received_over_udp(tmp_path: Path) -> None:
    first = free_port(socket.SOCK_DGRAM) & ~3
    ports = [first, first + 2]
    path = tmp_path / "stream.sdp"
    path.write_text(description(ports=ports))
    sent = sent_streams(20)
    address = parse_link(str(path))
    assert address.shown == "stream.sdp"
    link = open_link(address)
    sending = threading.Thread(target=_send, args=(sent, ports))
    sending.start()
    came = _until_silent(link)
    sending.join()
    link.close()
    assert [klv.data for klv in klv_of(came)] == sent.units
    assert len(picture_stamps(came)) == sent.n_pictures


@pytest.mark.parametrize("is_tcp_refused", [False, True])
def test_an_rtsp_server_gives_both_streams_behind_a_login(is_tcp_refused: bool) -> None:
    sent = sent_streams(20)
    server = RtspSender(sent, is_tcp_refused=is_tcp_refused, pause_s=0.001)
    with server.serving() as url:
        link = open_link(parse_link(url))
        came = _until_silent(link)
        link.close()
    assert [klv.data for klv in klv_of(came)] == sent.units
    assert len(picture_stamps(came)) == sent.n_pictures
    assert (link.n_lost, link.n_damaged) == (0, 0)


def test_a_login_that_is_wrong_is_said_without_the_password() -> None:
    with RtspSender(Sent()).serving() as url, pytest.raises(DeviceError, match="login") as failure:
        open_link(parse_link(url.replace("guard", "hunter2")))
    assert "hunter2" not in str(failure.value)


def test_another_receiver_of_the_same_packets_gets_the_same_metadata_and_stamps() -> None:
    """The carriage library's server reads RFC 6597 by itself, from those who push to it."""
    sent = sent_streams(20, klv_ahead_s=-0.1)
    config = rtp.RtspServerConfig(bind_addr="127.0.0.1:0")
    came: list[bytes] = []
    with rtp.RtspServer.start(config) as server:
        receiver = server.add_publish_mount("/cam").into_demux_receiver()
        receiver.add_byte_sink(came.append)
        reading = threading.Thread(target=lambda: list(receiver), daemon=True)
        reading.start()
        control = RtspControl(parse_link(f"rtsp://{server.local_addr()}/cam"))
        kind = {"Content-Type": "application/sdp"}
        assert control.ask("ANNOUNCE", headers=kind, body=description()).status == 200
        for track in (0, 1):
            way = f"RTP/AVP/TCP;unicast;interleaved={2 * track}-{2 * track + 1};mode=record"
            url = control.control_url(control.url, f"track={track}")
            assert control.ask("SETUP", url, headers={"Transport": way}).status == 200
        assert control.ask("RECORD").status == 200
        for index, packet in sent.packets:
            control.send_frame(2 * index + (packet[1] == 200), packet)
        # It holds back what is of later than the last picture.
        assert wait_until(lambda: len(klv_of(b"".join(came))) >= 17, within_s=10.0)
        control.close()
    reading.join(timeout=5.0)
    found = []
    for stream in (b"".join(came), taken(streams(), sent)):
        klv, first = klv_of(stream), picture_stamps(stream)[0]
        assert [each.data for each in klv[:17]] == sent.units[:17]
        found.append([(each.pts or 0) - first for each in klv[4:17]])  # behind the reports
    assert found[0] == pytest.approx(found[1], abs=2)


def test_a_report_of_another_sender_is_passed_over() -> None:
    receiver = streams()
    for packet in klv_packets(unit_of(0), sequence=1, timestamp=5):
        receiver.take(1, packet, arrived_s=0.0)
    receiver.take(1, sender_report(ntp_s=1.0, timestamp=5, source=77), arrived_s=0.0)
    assert not receiver.is_joined


def _send(sent: Sent, ports: list[int]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for index, packet in sent.packets:
            sender.sendto(packet, ("127.0.0.1", ports[index] + (packet[1] == 200)))
            time.sleep(0.001)


def _until_silent(link: Link, *, within_s: float = 15.0) -> bytes:
    """Return what comes until nothing has for a while."""
    came, last_s = b"", time.monotonic()
    until_s = last_s + within_s
    while time.monotonic() < until_s and (not came or time.monotonic() - last_s < 0.5):
        part = link.receive(0.05)
        came, last_s = came + part, time.monotonic() if part else last_s
    return came
