"""The control connection of an RTSP session: requests, answers, logins, and packets between them.

Source:
    RFC 2326 (RTSP 1.0; 10.12 for packets between the messages); RFC 7616 (digest logins).
"""

import base64
import contextlib
import hashlib
import re
import secrets
import socket
import ssl
import time
from collections import deque
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import quote, urljoin

from plainview.errors import DeviceError
from plainview.formats.link_address import LinkAddress

__all__ = ["RtspAnswer", "RtspControl"]

_TIMEOUT_S: Final = 5.0
_READ_BYTES: Final = 1 << 16
_MOST_WAITING_BYTES: Final = 8 << 20
_FIELD: Final = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')
_HASHES: Final = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
_UNAUTHORIZED: Final = 401


@dataclass(frozen=True, slots=True, kw_only=True)
class RtspAnswer:
    """What a server answered.

    Args:
        status: 200 where all is well.
        headers: By name in small letters; logins that are asked for, one a line.
        body: What follows them.
    """

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def session(self) -> str:
        """The session's name; empty without."""
        return self.headers.get("session", "").partition(";")[0].strip()

    @property
    def timeout_s(self) -> float:
        """After how long without a word from us the server may end the session."""
        found = re.search(r"timeout\s*=\s*(\d{1,5})", self.headers.get("session", ""))
        return float(found[1]) if found else 60.0


class _Request(NamedTuple):
    method: str
    url: str
    headers: dict[str, str]
    body: str


class RtspControl:
    """One connection to a server.

    Args:
        address: Of the link.

    Raises:
        DeviceError: Nobody answers.
    """

    def __init__(self, address: LinkAddress) -> None:
        self._address = address
        self._sequence = 0
        self._session = ""
        self._login: dict[str, str] | None = None
        self._n_logins = 0
        self._buffer = bytearray()
        self._frames: deque[tuple[int, bytes]] = deque()
        host = f"[{address.host}]" if ":" in address.host else address.host
        path = quote(address.path, safe="/?&=%:,;+@!*")
        self.url = f"{address.scheme}://{host}:{address.port}{path}"
        try:
            plain = socket.create_connection((address.host, address.port), timeout=_TIMEOUT_S)
            self._socket = _secured(plain, address) if address.scheme == "rtsps" else plain
        except OSError as error:
            raise self._failed(f"does not answer ({error.strerror or type(error).__name__})") from (
                error
            )

    @property
    def own_host(self) -> str:
        """Our address on this connection."""
        return str(self._socket.getsockname()[0])

    def ask(
        self, method: str, url: str = "", *, headers: dict[str, str] | None = None, body: str = ""
    ) -> RtspAnswer:
        """Send a request and return the answer; log in where that is asked for.

        Args:
            method: ``DESCRIBE`` and the like.
            url: Of what; empty for the whole session.
            headers: Besides ours.
            body: What follows them.

        Raises:
            DeviceError: The connection broke, or the server refuses.
        """
        request = _Request(method, url or self.url, headers or {}, body)
        answer = self._asked(request)
        if answer.status == _UNAUTHORIZED and self._address.user is not None:
            self._login = _chosen_login(answer.headers.get("www-authenticate", ""))
            self._n_logins = 0
            answer = self._asked(request)
        if answer.status == _UNAUTHORIZED:
            raise self._failed("refuses the login")
        self._session = answer.session or self._session
        return answer

    def tell(self, method: str) -> None:
        """Send a request on the session and do not wait for the answer."""
        self._send(self._message(_Request(method, self.url, {}, "")))

    def send_frame(self, channel: int, packet: bytes) -> None:
        """Send a packet between the messages."""
        self._send(b"$" + bytes([channel]) + len(packet).to_bytes(2) + packet)

    def frames(self, timeout_s: float) -> list[tuple[int, bytes]]:
        """Return the packets that came between the messages, each with its channel.

        Raises:
            DeviceError: The connection broke or was ended.
        """
        until_s = time.monotonic() + timeout_s
        while not self._frames and self._read(until_s - time.monotonic()):
            while self._next_message() is not None:
                pass  # answers to what was told
        came = list(self._frames)
        self._frames.clear()
        return came

    def control_url(self, base: str, control: str) -> str:
        """Return the address of a stream, as its description gives it."""
        if not control or control == "*":
            return base
        return control if "://" in control else urljoin(base.rstrip("/") + "/", control)

    def close(self) -> None:
        """End the session and hang up."""
        if self._session:
            with contextlib.suppress(DeviceError):
                self.tell("TEARDOWN")
        self._socket.close()

    def _asked(self, request: _Request) -> RtspAnswer:
        self._send(self._message(request))
        until_s = time.monotonic() + _TIMEOUT_S
        while True:
            answer = self._next_message()
            if answer is not None and answer.headers.get("cseq", "") == str(self._sequence):
                return answer
            if answer is None and not self._read(until_s - time.monotonic()):
                raise self._failed(f"does not answer to {request.method}")

    def _message(self, request: _Request) -> bytes:
        self._sequence += 1
        method, url, headers, body = request
        lines = [f"{method} {url} RTSP/1.0", f"CSeq: {self._sequence}", "User-Agent: plainview"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if self._session:
            lines.append(f"Session: {self._session}")
        if self._login is not None:
            self._n_logins += 1
            login = {**self._login, "count": f"{self._n_logins:08x}"}
            way = _authorization(login, self._address, method=method, url=url)
            lines.append(f"Authorization: {way}")
        if body:
            lines.append(f"Content-Length: {len(body.encode())}")
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()

    def _send(self, data: bytes) -> None:
        try:
            self._socket.settimeout(_TIMEOUT_S)
            self._socket.sendall(data)
        except OSError as error:
            raise self._failed(f"broke ({error.strerror or type(error).__name__})") from error

    def _read(self, timeout_s: float) -> bool:
        """Read what came; say whether anything did in time."""
        if timeout_s <= 0.0:
            return False
        try:
            self._socket.settimeout(timeout_s)
            data = self._socket.recv(_READ_BYTES)
        except TimeoutError:
            return False
        except OSError as error:
            raise self._failed(f"broke ({error.strerror or type(error).__name__})") from error
        if not data:
            raise self._failed("was ended by the server")
        self._buffer += data
        if len(self._buffer) > _MOST_WAITING_BYTES:
            raise self._failed("sends something other than RTSP")
        self._take_frames()
        return True

    def _take_frames(self) -> None:
        """Move whole packets at the head of what came to where they wait."""
        while len(self._buffer) >= 4 and self._buffer[0] == 0x24:
            end = 4 + int.from_bytes(self._buffer[2:4])
            if len(self._buffer) < end:
                return
            self._frames.append((self._buffer[1], bytes(self._buffer[4:end])))
            del self._buffer[:end]

    def _next_message(self) -> RtspAnswer | None:
        """Return the next answer that came whole; requests of the server are passed over."""
        self._take_frames()
        head, mark, _ = bytes(self._buffer).partition(b"\r\n\r\n")
        if not mark or self._buffer[:1] == b"$":
            return None
        first, *lines = head.decode("utf-8", "replace").split("\r\n")
        headers = _headers(lines)
        length = headers.get("content-length", "0")
        end = len(head) + 4 + (int(length) if length.isdigit() else 0)
        if len(self._buffer) < end:
            return None
        body = bytes(self._buffer[len(head) + 4 : end])
        del self._buffer[:end]
        self._take_frames()
        words = first.split()
        is_answer = len(words) > 1 and words[0].startswith("RTSP/") and words[1].isdigit()
        status = int(words[1]) if is_answer else 0
        return RtspAnswer(status=status, headers=headers if is_answer else {}, body=body)

    def _failed(self, how: str) -> DeviceError:
        return DeviceError(
            where=self._address.shown,
            what=f"{how}.",
            mend="Look at the server, its address, user and password; it is called again.",
        )


def _secured(plain: socket.socket, address: LinkAddress) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=address.host)


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        key = name.strip().lower()
        before = headers.get(key)
        headers[key] = value.strip() if before is None else f"{before}\n{value.strip()}"
    return headers


def _chosen_login(asked: str) -> dict[str, str]:
    """Return the fields of the best login that is asked for: a digest before a plain one."""
    ways = []
    for line in asked.split("\n"):
        kind, _, rest = line.partition(" ")
        fields = {name.lower(): quoted or bare for name, quoted, bare in _FIELD.findall(rest)}
        if kind.lower() == "digest" and fields.get("algorithm", "MD5").upper() in _HASHES:
            ways.append({**fields, "kind": "digest"})
    return ways[0] if ways else {"kind": "basic"}


def _authorization(login: dict[str, str], address: LinkAddress, *, method: str, url: str) -> str:
    user, password = address.user or "", address.password or ""
    if login["kind"] == "basic":
        return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    algorithm = login.get("algorithm", "MD5").upper()

    def digest(text: str) -> str:
        return _HASHES[algorithm](text.encode()).hexdigest()

    realm, nonce = login.get("realm", ""), login.get("nonce", "")
    secret, place = digest(f"{user}:{realm}:{password}"), digest(f"{method}:{url}")
    fields = {"username": user, "realm": realm, "nonce": nonce, "uri": url}
    if "auth" in login.get("qop", "").replace(" ", "").split(","):
        own, count = secrets.token_hex(8), login["count"]
        fields |= {"qop": "auth", "nc": count, "cnonce": own}
        fields["response"] = digest(f"{secret}:{nonce}:{count}:{own}:auth:{place}")
    else:
        fields["response"] = digest(f"{secret}:{nonce}:{place}")
    if "opaque" in login:
        fields["opaque"] = login["opaque"]
    if "algorithm" in login:
        fields["algorithm"] = login["algorithm"]
    return "Digest " + ", ".join(
        f"{name}={value}" if name in {"qop", "nc", "algorithm"} else f'{name}="{value}"'
        for name, value in fields.items()
    )
