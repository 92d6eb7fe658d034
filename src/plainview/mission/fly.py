"""A flight of the digital twin to a mission folder, with the truth beside it."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from plainview.errors import InputError
from plainview.formats.ais_log import read_ais
from plainview.formats.link_address import parse_link
from plainview.formats.link_sender import LinkSender, open_sender
from plainview.formats.recognise_inputs import InputsKind
from plainview.formats.scenario_toml import read_scenario_file, scenario_files, terrain_path
from plainview.formats.settings_toml import RunSettings
from plainview.formats.twin_source import FlightOptions, TwinSource
from plainview.mission.convention_prescan import Prescan
from plainview.mission.disk_space import check_disk_space, translate_disk_errors
from plainview.mission.folder import MissionFolder
from plainview.mission.plan import plan_of
from plainview.mission.process import finished_mission
from plainview.mission.progress import Progress
from plainview.mission.reader import Mission, open_mission
from plainview.mission.request import ProcessRequest
from plainview.mission.run import MissionRun, RunPlace
from plainview.mission.threads import one_opencv_thread, quick_turns
from plainview.model import Event

__all__ = ["Flown", "fly"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flown:
    """A flight that was flown.

    Args:
        mission: Its folder.
        slowed_s: By how much simulated time went slower than the clock; 0 where it need not
            keep up, and None where the folder was complete already.
    """

    mission: Mission
    slowed_s: float | None


def fly(
    scenario: Path,
    out: Path,
    *,
    options: FlightOptions,
    settings: RunSettings | None = None,
    to: str | None = None,
    is_overlay_drawn: bool = True,
    operator: str | None = None,
    purpose: str | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Flown:
    """Fly a scenario through the pipeline; go on where an earlier flight was interrupted.

    A flight that goes on is flown again from its start, which gives the same frames, and the
    pipeline takes those that it has not seen.

    Args:
        scenario: Its file.
        out: The mission folder.
        options: Seed, duration, and whether it keeps to the clock.
        settings: How the pipeline runs.
        to: A link that the recording is sent to as it is made; None for none.
        is_overlay_drawn: Whether ``overlay-<camera>.mp4`` is made.
        operator: Who flies it.
        purpose: What for.
        on_progress: Is told how far it is, a few times a second.

    Raises:
        InputError: The scenario, the folder or the link cannot be used.
        DeviceError: The disk failed or is full, or the other side of the link has gone.
    """
    flight = read_scenario_file(scenario)
    request = ProcessRequest(
        inputs=(scenario,),
        out=out,
        settings=settings or RunSettings(),
        is_overlay_drawn=is_overlay_drawn,
        operator=operator,
        purpose=purpose,
        kind=InputsKind.SCENARIO,
        flight=options,
        terrain=terrain_path(scenario, flight.script),
        scenario_files=scenario_files(scenario, flight.script),
    )
    if (finished := finished_mission(request)) is not None:
        return Flown(mission=finished, slowed_s=None)
    folder = MissionFolder(out)
    with (
        translate_disk_errors(out),
        one_opencv_thread(),
        quick_turns(),
        contextlib.ExitStack() as stack,
    ):
        sender = None if to is None else open_sender(parse_link(to))
        if sender is not None:
            stack.callback(sender.close)
        journal = folder.create()
        source = TwinSource(flight, options=options, folder=journal.folder, send=_sending(sender))
        stack.callback(source.close)
        plan = plan_of(journal, request, folder)
        check_disk_space(request, source)
        run = MissionRun(
            replace(request, ais=_ais_log(source)),
            RunPlace(folder=folder, journal=journal, plan=plan),
            source=source,
            terrain=flight.terrain,
            reading=Prescan(),
            beside=source.products,
            counts=source.counts,
        )
        run.go(_telling(on_progress, source))
    return Flown(mission=open_mission(out), slowed_s=source.slowed_s)


def _telling(
    on_progress: Callable[[Progress], None] | None, source: TwinSource
) -> Callable[[Progress], None]:
    if on_progress is None:
        return lambda progress: None
    return lambda progress: on_progress(replace(progress, slowed_s=source.slowed_s))


def _ais_log(source: TwinSource) -> Path | None:
    """Return the AIS log that the clock is compared with; None, and an event, where it cannot be.

    The log follows from scenario and seed, so that it does not tell one mission from another.
    """
    log = source.ais_log()
    if log is None:
        return None
    try:
        read_ais(log)
    except InputError as error:
        why = f"{error.what} {error.mend}"
        source.note(
            Event(kind="ais_not_compared", what=f"The clock was not compared with the AIS: {why}")
        )
        return None
    return log


def _sending(sender: LinkSender | None) -> Callable[[bytes, float], None] | None:
    if sender is None:
        return None
    return lambda packets, due_s: sender.send(packets, due_s=due_s)
