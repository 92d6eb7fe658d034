"""ST 1010, standard deviations and correlations of items that stand before them in their set."""

from typing import Any, Final, NamedTuple

from plainview.misb.ber import KlvDecodeError
from plainview.misb.imap import imapb_decode
from plainview.misb.item_kinds import Nested, NestedItem
from plainview.misb.metadata_set import ItemKey
from plainview.misb.pack_reader import PackReader
from plainview.misb.st1303 import decode_float

__all__ = ["decode_sdcc", "sdcc_item"]

_TWO_BYTES: Final = 0x80
"""Of the first byte of the parse control: a second one follows."""
_MAX_IMAP_BYTES: Final = 8


class _Control(NamedTuple):
    """How the numbers of a pack are written."""

    sigma_bytes: int
    rho_bytes: int
    is_sigma_mapped: bool
    is_rho_mapped: bool
    is_sparse: bool


def sdcc_item(number: int) -> NestedItem:
    """Return the item of a set that holds such a pack."""
    return NestedItem(number, "sdcc_flp", decode_after=decode_sdcc)


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
        leaves one out (empty where it has none).

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
    return Nested(value={"members": members, "sigma": tuple(sigma), "rho": tuple(rho)})


def _control(reader: PackReader) -> _Control:
    first = reader.uint(1)
    if not first & _TWO_BYTES:
        return _Control(first >> 4 & 7, first & 7, False, True, bool(first & 8))
    second = reader.uint(1)
    if first & 0x40 or second & 0xE0:
        raise KlvDecodeError("has a parse control with reserved bits.")
    return _Control(
        sigma_bytes=second & 15,
        rho_bytes=first & 15,
        is_sigma_mapped=bool(second & 16),
        is_rho_mapped=bool(first & 16),
        is_sparse=bool(first & 32),
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
    return imapb_decode(data, -1.0, 1.0)
