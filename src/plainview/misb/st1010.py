"""ST 1010, standard deviations and correlations of items that stand before them in their set."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from plainview.misb.ber import KlvDecodeError, encode_ber_oid
from plainview.misb.imap import imapb_decode
from plainview.misb.item_kinds import Nested, NestedItem
from plainview.misb.metadata_set import ItemKey
from plainview.misb.pack_reader import PackReader
from plainview.misb.st1303 import decode_float
from plainview.misb.st1303_encode import encode_bits, encode_float, encode_imap, n_float_bytes

__all__ = ["decode_sdcc", "encode_sdcc", "sdcc_item"]

_TWO_BYTES: Final = 0x80
"""Of the first byte of the parse control: a second one follows."""
_MAX_SHORT_BYTES: Final = 7
_MAX_LONG_BYTES: Final = 15
_MAX_IMAP_BYTES: Final = 8
_RHO_BOUNDS: Final = (-1.0, 1.0)


class _Control(NamedTuple):
    """How the numbers of a pack are written."""

    sigma_bytes: int
    rho_bytes: int
    is_sigma_mapped: bool
    is_rho_mapped: bool
    is_sparse: bool
    is_long: bool


def sdcc_item(number: int) -> NestedItem:
    """Return the item of a set that holds such a pack."""
    return NestedItem(
        number,
        "sdcc_flp",
        decode_after=decode_sdcc,
        encode_nested=encode_sdcc,
        encode_after=encode_sdcc,
    )


def decode_sdcc(data: bytes, preceding: tuple[ItemKey, ...]) -> Nested:
    """Decode a pack of standard deviations and correlations.

    Args:
        data: Its bytes.
        preceding: The tags before it in its set; its rows and columns are the last of them,
            in their order there.

    Returns:
        A mapping: ``members``, tags; ``sigma``, one for each in the member's own unit (empty
        where left out; bytes where the pack maps it to a range that it does not tell);
        ``rho``, the upper triangle of the correlations row by row, zero where a sparse pack
        leaves one out (empty where it has none); and how they were written:
        ``sigma_bytes``, ``rho_bytes``, ``is_sigma_mapped``, ``is_rho_mapped``, ``is_sparse``,
        ``is_long`` (a parse control of two bytes).

    Raises:
        KlvDecodeError: The bytes are no such pack, or refer to more items than there are.

    Source:
        MISB ST 1010.3 section 6 (floating length pack, modes 1 and 2).
    """
    reader = PackReader(data)
    n_members = reader.oid()
    if not 1 <= n_members <= len(preceding):
        raise KlvDecodeError(f"refers to {n_members} items, of {len(preceding)} before it.")
    control = _control(reader)
    n_rhos = n_members * (n_members - 1) // 2
    is_there = _sparse_bits(reader, n_rhos) if control.is_sparse else [True] * n_rhos
    sigma = [_sigma(reader, control) for _ in range(n_members) if control.sigma_bytes]
    rho = [_rho(reader, control) if each else 0.0 for each in is_there if control.rho_bytes]
    reader.end()
    members = preceding[len(preceding) - n_members :]
    numbers = {"members": members, "sigma": tuple(sigma), "rho": tuple(rho)}
    return Nested(value={**numbers, **control._asdict()})


def _control(reader: PackReader) -> _Control:
    first = reader.uint(1)
    if not first & _TWO_BYTES:
        return _Control(
            sigma_bytes=first >> 4 & 7,
            rho_bytes=first & 7,
            is_sigma_mapped=False,
            is_rho_mapped=True,
            is_sparse=bool(first & 8),
            is_long=False,
        )
    second = reader.uint(1)
    if first & 0x40 or second & 0xE0:
        raise KlvDecodeError("has a parse control with reserved bits.")
    return _Control(
        sigma_bytes=second & 15,
        rho_bytes=first & 15,
        is_sigma_mapped=bool(second & 16),
        is_rho_mapped=bool(first & 16),
        is_sparse=bool(first & 32),
        is_long=True,
    )


def _sparse_bits(reader: PackReader, n_rhos: int) -> list[bool]:
    data = reader.take((n_rhos + 7) // 8)
    return [bool(data[index // 8] >> (7 - index % 8) & 1) for index in range(n_rhos)]


def _sigma(reader: PackReader, control: _Control) -> Any:
    data = reader.take(control.sigma_bytes)
    return data if control.is_sigma_mapped else decode_float(data)


def _rho(reader: PackReader, control: _Control) -> float | None:
    data = reader.take(control.rho_bytes)
    if not control.is_rho_mapped:
        return decode_float(data)
    if len(data) > _MAX_IMAP_BYTES:
        raise KlvDecodeError(f"has a correlation of {len(data)} bytes.")
    return imapb_decode(data, *_RHO_BOUNDS)


def encode_sdcc(value: object, preceding: tuple[ItemKey, ...] | None = None) -> bytes:
    """Encode a pack of standard deviations and correlations.

    Args:
        value: As `decode_sdcc` gives it. What it leaves out of how numbers are written is
            chosen so that nothing is lost: IEEE 754 in 4 or 8 bytes, sparse where that is
            shorter.
        preceding: The tags before it in its set, whose last are its members; None where they
            are not known, so that the members cannot be checked.

    Raises:
        ValueError: The value is no such pack, or its members are not what stands before it.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"a pack takes its members by name, not {value!r}")  # noqa: TRY004
    members, sigma, rho = (tuple(value[name]) for name in ("members", "sigma", "rho"))
    if not members or (preceding is not None and preceding[-len(members) :] != members):
        raise ValueError(f"items {members} do not stand right before their deviations")
    n_rhos = len(members) * (len(members) - 1) // 2
    if len(sigma) not in (0, len(members)) or len(rho) not in (0, n_rhos):
        raise ValueError(f"{len(members)} items have not {len(sigma)} sigmas, {len(rho)} rhos")
    control = _chosen_control(value, sigma, rho)
    is_there = [each != 0.0 or not control.is_sparse for each in rho]
    data = encode_ber_oid(len(members)) + _control_bytes(control)
    if control.is_sparse:
        data += encode_bits(is_there or [False] * n_rhos)
    data += b"".join(_sigma_bytes(each, control) for each in sigma)
    there = (each for each, is_written in zip(rho, is_there, strict=True) if is_written)
    return data + b"".join(_rho_bytes(each, control) for each in there)


def _chosen_control(
    value: Mapping[str, Any], sigma: Sequence[Any], rho: Sequence[float | None]
) -> _Control:
    """Return how numbers are written, as the value says it, else so that nothing is lost."""
    rho_bytes = n_float_bytes(*rho) if rho else 0
    n_zero_bytes = rho_bytes * sum(each == 0.0 for each in rho)
    is_mapped = any(isinstance(each, bytes) for each in sigma)
    sigma_bytes = (len(sigma[0]) if is_mapped else n_float_bytes(*sigma)) if sigma else 0
    defaults = _Control(
        sigma_bytes=sigma_bytes,
        rho_bytes=rho_bytes,
        is_sigma_mapped=is_mapped,
        is_rho_mapped=False,
        is_sparse=n_zero_bytes > (len(rho) + 7) // 8,
        is_long=True,
    )
    control = _Control(
        **{name: value.get(name, chosen) for name, chosen in defaults._asdict().items()}
    )
    if bool(sigma) != bool(control.sigma_bytes) or (rho and not control.rho_bytes):
        raise ValueError("sigmas and rhos are there, or have no bytes")
    return control


def _control_bytes(control: _Control) -> bytes:
    most = _MAX_LONG_BYTES if control.is_long else _MAX_SHORT_BYTES
    if not (0 <= control.sigma_bytes <= most and 0 <= control.rho_bytes <= most):
        raise ValueError(f"numbers have up to {most} bytes")
    if not control.is_long:
        if control.is_sigma_mapped or not control.is_rho_mapped:
            raise ValueError("a short parse control has IEEE 754 sigmas and mapped rhos")
        return bytes([control.sigma_bytes << 4 | control.is_sparse << 3 | control.rho_bytes])
    first = _TWO_BYTES | control.is_sparse << 5 | control.is_rho_mapped << 4 | control.rho_bytes
    return bytes([first, control.is_sigma_mapped << 4 | control.sigma_bytes])


def _sigma_bytes(sigma: Any, control: _Control) -> bytes:
    if not control.is_sigma_mapped:
        return encode_float(sigma, control.sigma_bytes)
    if not isinstance(sigma, bytes) or len(sigma) != control.sigma_bytes:
        raise ValueError(f"a mapped sigma is {control.sigma_bytes} bytes, not {sigma!r}")
    return sigma


def _rho_bytes(rho: float | None, control: _Control) -> bytes:
    if control.is_rho_mapped:
        return encode_imap(rho, _RHO_BOUNDS, control.rho_bytes)
    return encode_float(rho, control.rho_bytes)
