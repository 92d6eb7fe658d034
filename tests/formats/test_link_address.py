"""Addresses of live links: what is understood, what is refused, what is never shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.errors import InputError
from plainview.formats.link_address import parse_link


@pytest.mark.parametrize(
    ("text", "scheme", "host", "port"),
    [
        ("udp://239.1.1.1:5000", "udp", "239.1.1.1", 5000),
        ("udp://@239.1.1.1:5000?iface=127.0.0.1", "udp", "239.1.1.1", 5000),
        ("udp://:5000", "udp", "", 5000),
        ("rtp://[ff12::5]:5004?iface=lo", "rtp", "ff12::5", 5004),
        ("tcp://:5000?mode=listener", "tcp", "", 5000),
        ("srt://10.0.0.5:9000?latency=200&passphrase=0123456789", "srt", "10.0.0.5", 9000),
        ("rtsp://cam.local/live?channel=1", "rtsp", "cam.local", 554),
        ("RTSPS://cam.local/live", "rtsps", "cam.local", 322),
    ],
)
def test_addresses_are_understood(text: str, scheme: str, host: str, port: int) -> None:
    address = parse_link(text)
    assert (address.scheme, address.host, address.port) == (scheme, host, port)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a kind of live link"),
        ("clip.ts", "not a kind of live link"),
        ("http://example.org:80/a.m3u8", "not a kind of live link"),
        ("udp://239.1.1.1", "has no port"),
        ("udp://239.1.1.1:99999", "no port between"),
        ("udp://[ff12::5:5004", "brackets"),
        ("tcp://:5000", "has no host"),
        ("udp://1.2.3.4:5000?fifo=7", "option 'fifo'"),
        ("srt://1.2.3.4:5000?mode=push", "mode 'push'"),
    ],
)
def test_what_is_no_link_is_refused_with_the_mend(text: str, said: str) -> None:
    with pytest.raises(InputError) as refusal:
        parse_link(text)
    assert said in str(refusal.value)
    assert refusal.value.mend
    assert refusal.value.exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        "rtsp://user:hunter2@10.0.0.5/live",
        "rtsp://10.0.0.5/user=admin_password=hunter2_channel=1",
        "rtsp://10.0.0.5/live?token=hunter2",
        "srt://10.0.0.5:9000?passphrase=hunter2hunter2&streamid=hunter2",
        "udp://hunter2@10.0.0.5:5000",
    ],
)
def test_no_secret_is_shown(text: str) -> None:
    address = parse_link(text)
    assert "hunter2" not in address.shown
    assert "hunter2" not in repr(address)


def test_a_refusal_shows_no_secret() -> None:
    with pytest.raises(InputError) as refusal:
        parse_link("srt://user:hunter2@10.0.0.5?passphrase=hunter2")
    assert "hunter2" not in str(refusal.value)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_refusal(text: str) -> None:
    try:
        address = parse_link(text)
    except InputError:
        return
    assert 1 <= address.port <= 65535 or address.scheme == "sdp"


@given(st.sampled_from(["udp", "rtp", "tcp", "srt"]), st.integers(1, 65535))
def test_what_is_shown_is_an_address_again(scheme: str, port: int) -> None:
    shown = parse_link(f"{scheme}://10.0.0.5:{port}").shown
    assert parse_link(shown).shown == shown
