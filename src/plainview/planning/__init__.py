"""Search planning: the tracks that a search flies or sails over an area."""

from plainview.planning.search_pattern import (
    PatternKind,
    SearchPattern,
    creeping_line,
    expanding_square,
    orbit,
    parallel_track,
    sector,
)

__all__ = [
    "PatternKind",
    "SearchPattern",
    "creeping_line",
    "expanding_square",
    "orbit",
    "parallel_track",
    "sector",
]
