"""How healthy the files of a mission are, as ``inspect`` counts it, for its summary and report.

The inputs are read once more when the mission is complete, no picture of them decoded: what is said
is of the whole files, also where the run was interrupted and went on from the middle.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from plainview.errors import InputError
from plainview.misb import ConventionVerdict
from plainview.mission.inspect_facts import describe_stamps, describe_transport
from plainview.mission.read_streams import StreamsRead, read_streams
from plainview.mission.silent_errors import silent_errors

__all__ = ["describe_source_health"]

_MOST_PLACES: Final = 200


def describe_source_health(
    paths: Sequence[Path], *, verdict: ConventionVerdict | None
) -> list[dict[str, Any]]:
    """Return `source_health`: an object for each file, in the words of ``inspect --json``.

    Args:
        paths: The footage.
        verdict: How its metadata are read; None where it says no pose.
    """
    return [_health_of(path, verdict) for path in paths]


def _health_of(path: Path, verdict: ConventionVerdict | None) -> dict[str, Any]:
    try:
        read = read_streams(path)
    except InputError as error:  # it was read before: another disk, or another program, by now
        return {"file": path.name, "failure": error.what}
    return {
        "file": path.name,
        "failure": None,
        "container": read.probed.container,
        "streams": [asdict(stream) for stream in read.probed.streams],
        "transport": describe_transport(read),
        "metadata": _metadata(read),
        "stamps": describe_stamps(read),
        "minimum_set": read.metadata.minimum.describe(),
        "silent_errors": silent_errors(read, verdict),
    }


def _metadata(read: StreamsRead) -> dict[str, Any]:
    survey = read.metadata
    places = sorted(survey.places.items(), key=lambda each: -each[1])
    return {
        "packets": survey.n_packets,
        "packets_damaged": survey.n_damaged,
        "sets": dict(survey.sets),
        "damage": dict(survey.damage),
        "first_damage": dict(survey.first_damage),
        "damage_places": dict(places[:_MOST_PLACES]),
        "coverage": [asdict(klv) for klv in read.probed.klv],
    }
