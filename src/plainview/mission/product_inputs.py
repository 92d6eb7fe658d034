"""What a run knows, beside its journal, when its public files are made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plainview.misb import ConventionVerdict
from plainview.mission.consistency_verdict import Consistency
from plainview.mission.journal import Journal
from plainview.mission.live_facts import LiveFacts
from plainview.mission.request import ProcessRequest
from plainview.model import Camera, CountedWarning, StreamInfo

__all__ = ["ProductInputs"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProductInputs:
    """What the run knows that its journal does not.

    Args:
        request: What was asked.
        journal: What was written while it ran.
        plan: What the mission is.
        state: ``complete`` or ``incomplete``.
        input_sha256: Of each input.
        cameras: The cameras.
        streams: The streams of the source.
        warnings: What went wrong, counted.
        n_packets: KLV packets, and how many of them were damaged.
        evidence: Items of the source that plainview never sets.
        thumbnails: A picture of each track as JPEG.
        timings_s: Where the time went.
        verdict: How the metadata were to be read; None where there are none.
        consistency: Whether the mission's numbers fit each other, a camera each.
        live: ``live`` of the summary, and counts of a live run; None for footage.
        counts: What the source counts besides.
        beside: Finished files of the journal that lie beside the tables, such as the truth.
    """

    request: ProcessRequest
    journal: Journal
    plan: dict[str, Any]
    state: str
    input_sha256: tuple[str, ...]
    cameras: tuple[Camera, ...]
    streams: tuple[StreamInfo, ...]
    warnings: tuple[CountedWarning, ...]
    n_packets: tuple[int, int]
    evidence: list[dict[str, Any]]
    thumbnails: dict[int, bytes]
    timings_s: dict[str, float]
    verdict: ConventionVerdict | None = None
    consistency: tuple[Consistency, ...] = ()
    live: LiveFacts | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    beside: tuple[Path, ...] = ()
