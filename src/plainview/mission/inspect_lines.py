"""How what `inspect` says is laid out: aligned names, wrapped sentences, problems and mends."""

import textwrap
from typing import Any, Final

__all__ = ["aligned_lines", "count_text", "problem_lines", "wrapped_lines"]

_COUNTED_IN_BYTES: Final = ("transport_bytes_lost",)
_WIDTH: Final = 108


def aligned_lines(title: str, told: list[tuple[str, str]]) -> list[str]:
    """Return a part under its title, each name beside what it is; nothing where it is empty."""
    if not told:
        return []
    width = max(len(name) for name, _ in told)
    lines = [title]
    for name, what in told:
        first, *others = textwrap.wrap(what, _WIDTH - width - 4, break_on_hyphens=False) or [""]
        lines.append(f"  {name:<{width}}  {first}".rstrip())
        lines += [f"  {'':<{width}}  {other}" for other in others]
    return lines


def problem_lines(warnings: list[dict[str, Any]]) -> list[str]:
    """Return each warning with how often, where first, and its mend."""
    if not warnings:
        return ["No problems found."]
    lines = ["problems"]
    for warning in warnings:
        lines += wrapped_lines(warning["what"], indent=2)
        lines += wrapped_lines(_how_often(warning), indent=4) + wrapped_lines(
            warning["mend"], indent=4
        )
    return lines


def wrapped_lines(text: str, *, indent: int, hang: int = 0) -> list[str]:
    """Return a sentence in lines that fit; what goes on stands under its beginning.

    Args:
        text: The sentence.
        indent: Of its first line.
        hang: By how much further the others are indented, past a mark.
    """
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_on_hyphens=False,
    )


def _how_often(warning: dict[str, Any]) -> str:
    n, first = warning["count"], warning["first"]
    if warning["code"] in _COUNTED_IN_BYTES:
        return f"{count_text(n, 'byte')}, first at {first}."
    return f"At {first}." if n == 1 else f"{n} times, first at {first}."


def count_text(n: int, word: str) -> str:
    """Return a number of things in words."""
    return f"{n} {word}" + "s" * (n != 1)
