"""Live links behind one small face: bytes of a transport stream, as they come."""

from typing import Protocol

from plainview.formats.link_address import LinkAddress

__all__ = ["Link", "open_link"]


class Link(Protocol):
    """One open link."""

    @property
    def n_lost(self) -> int:
        """Packets that the link itself knows to be missing."""

    @property
    def n_damaged(self) -> int:
        """Units of metadata that the link left out, for packets of theirs never came."""

    def receive(self, timeout_s: float) -> bytes:
        """Return what came; nothing where nothing came in time.

        Raises:
            DeviceError: The link is lost; a new one may be opened.
            InputError: What comes is no transport stream.
        """

    def close(self) -> None:
        """Let go of the link."""


def open_link(address: LinkAddress) -> Link:
    """Open a link, or begin to wait for its sender.

    Raises:
        InputError: The address cannot be used on this machine.
        DeviceError: The sender does not answer (yet).
    """
    if address.scheme in {"srt", "rtsp", "rtsps"}:
        return _library_link(address)
    if address.scheme == "sdp":
        from plainview.formats.sdp_link import open_described

        return open_described(address)
    from plainview.formats.tcp_link import TcpLink
    from plainview.formats.udp_link import RtpLink, UdpLink

    if address.scheme == "tcp":
        return TcpLink(address)
    return RtpLink(address) if address.scheme == "rtp" else UdpLink(address)


def _library_link(address: LinkAddress) -> Link:
    if address.scheme == "srt":
        from plainview.formats.srt_link import SrtLink

        return SrtLink(address)
    from plainview.formats.rtsp_link import RtspLink
    from plainview.formats.rtsp_streams_link import RtspStreamsLink, is_transport_stream_served

    return RtspLink(address) if is_transport_stream_served(address) else RtspStreamsLink(address)
