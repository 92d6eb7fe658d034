"""The address of a live link: taken apart, refused with the mend, shown without its secrets."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from plainview.errors import InputError

__all__ = ["LinkAddress", "parse_link"]

_OPTIONS: Final = {
    "udp": frozenset({"iface"}),
    "rtp": frozenset({"iface"}),
    "tcp": frozenset({"mode"}),
    "srt": frozenset({"mode", "latency", "passphrase", "pbkeylen", "streamid"}),
    "rtsp": None,
    "rtsps": None,
}
"""By scheme the options of ours; None: whatever stands behind the question mark is the server's."""

_DESCRIPTION: Final = ".sdp"
"""How the name of a file ends that describes a sender's streams."""
_DEFAULT_PORTS: Final = {"rtsp": 554, "rtsps": 322}
_ANY_HOST: Final = frozenset({"udp", "rtp"})
_LISTENING: Final = frozenset({"srt", "tcp"})
_MODES: Final = frozenset({"caller", "listener"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAddress:
    """One live link.

    Args:
        scheme: ``udp``, ``rtp``, ``tcp``, ``srt``, ``rtsp`` or ``rtsps``; ``sdp`` for a file that
            describes them.
        host: Name or number, without brackets; empty means every interface.
        port: From 1 to 65535; 0 for such a file.
        path: What follows the port, with its slash; empty for links without one; or such a file.
        options: What was asked after the question mark.
        user: Who logs in; None where nobody does.
        password: Its secret; it is in no text that is shown.
    """

    scheme: str
    host: str
    port: int
    path: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    @property
    def shown(self) -> str:
        """The address as messages and files show it: no user, no options, no telling path."""
        if self.scheme == "sdp":
            return PurePath(self.path).name
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{_shown_path(self.path)}"

    @property
    def is_listener(self) -> bool:
        """Whether the other side calls and we wait."""
        return self.options.get("mode") == "listener"

    @property
    def is_multicast(self) -> bool:
        """Whether the host is a group that is joined."""
        try:
            return ipaddress.ip_address(self.host).is_multicast
        except ValueError:
            return False


def parse_link(text: str) -> LinkAddress:
    """Take an address apart.

    >>> parse_link("srt://ship:secret@10.0.0.5:9000?passphrase=hidden").shown
    'srt://10.0.0.5:9000'

    Raises:
        InputError: It is no address of a live link; the message shows none of its secrets.
    """
    if "://" not in text and text.strip().lower().endswith(_DESCRIPTION):
        return LinkAddress(scheme="sdp", host="", port=0, path=text.strip())
    try:
        parts = urlsplit(text.strip())
        port, host = parts.port, parts.hostname or ""
    except ValueError as error:
        raise _refusal(
            "the address", "has no port between 1 and 65535, or brackets that are open"
        ) from error
    scheme = parts.scheme.lower()
    if scheme not in _OPTIONS:
        raise _refusal(f"{scheme or 'the address'}:", "is not a kind of live link that is known")
    where = f"{scheme}://{host}"
    port = port or _DEFAULT_PORTS.get(scheme)
    if port is None:
        raise _refusal(where, "has no port")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if not host and not (scheme in _ANY_HOST or options.get("mode") == "listener"):
        raise _refusal(where, "has no host")
    is_server = _OPTIONS[scheme] is None
    _check_options(scheme, options, where=f"{where}:{port}")
    return LinkAddress(
        scheme=scheme,
        host=host,
        port=port,
        path=f"{parts.path}?{parts.query}" if is_server and parts.query else parts.path,
        options={} if is_server else options,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def _check_options(scheme: str, options: Mapping[str, str], *, where: str) -> None:
    known = _OPTIONS[scheme]
    if known is None:
        return
    for name in options:
        if name not in known:
            raise InputError(
                where=where,
                what=f"has the option {name[:40]!r}, which {scheme} links do not have.",
                mend=f"Known for {scheme}: {', '.join(sorted(known))}.",
            )
    mode = options.get("mode")
    if mode is not None and mode not in _MODES:
        raise InputError(
            where=where,
            what=f"asks for the mode {mode[:40]!r}.",
            mend="Give mode=caller (we call) or mode=listener (the sender calls).",
        )


def _refusal(where: str, what: str) -> InputError:
    return InputError(
        where=where,
        what=f"{what}.",
        mend="Give an address such as udp://239.1.1.1:5000, rtp://0.0.0.0:5004,"
        " tcp://10.0.0.5:5000, srt://10.0.0.5:9000 or rtsp://10.0.0.5/stream, or an SDP file.",
    )


def _shown_path(path: str) -> str:
    """Return a path that cannot hold a password: cameras of some makers put theirs there."""
    plain = path.partition("?")[0]
    is_telling = any(mark in plain.lower() for mark in ("=", "@", "pass", "token", "key"))
    return "/..." if is_telling else plain
