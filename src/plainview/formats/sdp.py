"""Session descriptions: which streams a sender offers, and how each is carried.

Source:
    RFC 8866 (SDP); RFC 6184, 8.1 and RFC 7798, 7.1 (parameter sets); RFC 6597, 6 (KLV).
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from plainview.errors import InputError
from plainview.formats.rtp_packets import PAYLOAD_TRANSPORT_STREAM

__all__ = ["SdpMedia", "SessionDescription", "chosen_media", "read_description"]

_TRANSPORT_STREAM: Final = "MP2T"
_KLV: Final = "SMPTE336M"
_PICTURES: Final = ("H264", "H265", "HEVC")
_PARAMETER_SETS: Final = ("sprop-vps", "sprop-sps", "sprop-pps", "sprop-parameter-sets")
_DEFAULT_CLOCK_HZ: Final = 90_000
_MOST_BYTES: Final = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SdpMedia:
    """One stream that is offered.

    Args:
        kind: ``video``, ``application``, ``audio``.
        host: Where it is sent to; empty where the description does not say.
        port: The port of its packets; 0 where it is agreed on later (RTSP).
        control_port: The port of its reports; 0 where they come to the same.
        payload_type: Of its packets.
        encoding: In capitals: ``H264``, ``H265``, ``SMPTE336M``, ``MP2T``.
        clock_hz: Of its stamps.
        parameters: What the encoding needs (``a=fmtp``).
        control: Its address in an RTSP session; empty without.
    """

    kind: str
    host: str = ""
    port: int = 0
    control_port: int = 0
    payload_type: int = 0
    encoding: str = ""
    clock_hz: int = _DEFAULT_CLOCK_HZ
    parameters: Mapping[str, str] = field(default_factory=dict)
    control: str = ""

    @property
    def is_transport_stream(self) -> bool:
        """Whether its packets hold a transport stream."""
        return self.encoding == _TRANSPORT_STREAM

    @property
    def is_h265(self) -> bool:
        """Whether its pictures are H.265."""
        return self.encoding in {"H265", "HEVC"}

    def parameter_sets(self) -> list[bytes]:
        """Return the parameter sets that decoding begins with; those that cannot be read are not.

        Source:
            RFC 6184, 8.1 (``sprop-parameter-sets``); RFC 7798, 7.1 (``sprop-vps`` and the like).
        """
        found = []
        for name in _PARAMETER_SETS:
            for text in self.parameters.get(name, "").split(","):
                try:
                    found.append(base64.b64decode(text.strip(), validate=True))
                except (binascii.Error, ValueError):
                    continue
        return [each for each in found if each]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDescription:
    """What a sender offers.

    Args:
        media: The streams, in order.
        control: The address of the whole session; empty without.
    """

    media: tuple[SdpMedia, ...]
    control: str = ""


def read_description(text: str) -> SessionDescription:
    """Take a description apart; lines that are not understood are left out.

    Args:
        text: As in an SDP file, or as an RTSP server answers to DESCRIBE.
    """
    host, control, media = "", "", list[SdpMedia]()
    for line in text[:_MOST_BYTES].splitlines():
        name, _, value = line.strip().partition("=")
        if name == "m":
            media.append(_announced(value, host=host))
        elif name == "c" and not media:
            host = _host(value)
        elif name == "c":
            media[-1] = replace(media[-1], host=_host(value))
        elif name == "a" and media:
            media[-1] = _with_attribute(media[-1], value)
        elif name == "a" and value.startswith("control:"):
            control = value.partition(":")[2].strip()
    return SessionDescription(media=tuple(media), control=control)


def chosen_media(description: SessionDescription, *, where: str) -> tuple[SdpMedia, ...]:
    """Return the stream of pictures and, behind it, the first of KLV, or a transport stream.

    Raises:
        InputError: There is none that can be read.
    """
    for media in description.media:
        if media.is_transport_stream:
            return (media,)
    pictures = [each for each in description.media if each.encoding in _PICTURES]
    if not pictures:
        offered = ", ".join(sorted({m.encoding or m.kind for m in description.media})) or "nothing"
        raise InputError(
            where=where,
            what=f"offers no H.264, H.265 or MPEG transport stream, but {offered[:200]}.",
            mend="Set the sender to H.264 or H.265 with KLV (smpte336m), or to MPEG-TS.",
        )
    _check_order(pictures[0], where=where)
    klv = [each for each in description.media if each.encoding == _KLV]
    return (pictures[0], *klv[:1])


def _check_order(media: SdpMedia, *, where: str) -> None:
    """Refuse pictures whose units are sent in another order than they are decoded."""
    is_interleaved = media.parameters.get("packetization-mode") == "2"
    if is_interleaved or media.parameters.get("sprop-max-don-diff", "0") != "0":
        raise InputError(
            where=where,
            what="interleaves the units of its pictures.",
            mend="Set the sender to packetization mode 0 or 1 (H.265: sprop-max-don-diff 0).",
        )


def _announced(value: str, *, host: str) -> SdpMedia:
    """Return the stream of an ``m=`` line, of its first payload type."""
    words = value.split()
    port = _integer(words[1].partition("/")[0]) if len(words) > 1 else 0
    payload_type = _integer(words[3]) if len(words) > 3 else 0
    return SdpMedia(
        kind=words[0] if words else "",
        host=host,
        port=port,
        control_port=port + 1 if 0 < port < 65535 else 0,
        payload_type=payload_type,
        encoding=_TRANSPORT_STREAM if payload_type == PAYLOAD_TRANSPORT_STREAM else "",
    )


def _with_attribute(media: SdpMedia, value: str) -> SdpMedia:
    name, _, given = value.partition(":")
    if name == "control":
        return replace(media, control=given.strip())
    if name == "rtcp-mux":
        return replace(media, control_port=0)
    if name == "rtcp":
        return replace(media, control_port=_integer(given.split()[0] if given.split() else ""))
    payload_type, _, words = given.strip().partition(" ")
    if name not in {"rtpmap", "fmtp"} or _integer(payload_type) != media.payload_type:
        return media
    if name == "fmtp":
        return replace(media, parameters=_parameters(words))
    encoding, _, clock = words.strip().partition("/")
    clock_hz = _integer(clock.partition("/")[0]) or _DEFAULT_CLOCK_HZ
    return replace(media, encoding=encoding.upper(), clock_hz=clock_hz)


def _parameters(words: str) -> dict[str, str]:
    parts = (word.strip().partition("=") for word in words.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in parts if name}


def _host(value: str) -> str:
    """Return the host of a ``c=`` line, without how far it is sent."""
    words = value.split()
    return words[2].partition("/")[0] if len(words) > 2 else ""


def _integer(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
