"""ST 1204 core identifiers as text."""

__all__ = ["core_identifier_text"]


def core_identifier_text(value: object) -> str | None:
    """Return a core identifier as one line; None where there is none.

    Args:
        value: As item 94 decodes: text as it is, bytes as version and usage, then the
            identifiers in groups of two bytes, an oblique line between them.

    >>> core_identifier_text(bytes.fromhex("0170f592f02373364af8aa9162c00f2eb2da"))
    '0170:F592-F023-7336-4AF8-AA91-62C0-0F2E-B2DA'
    """
    if isinstance(value, str):
        return value or None
    if not isinstance(value, bytes) or len(value) < 18 or (len(value) - 2) % 16:
        return None
    groups = value[2:].hex("-", 2).upper().split("-")
    identifiers = ["-".join(groups[at : at + 8]) for at in range(0, len(groups), 8)]
    return f"{value[:2].hex().upper()}:{'/'.join(identifiers)}"
