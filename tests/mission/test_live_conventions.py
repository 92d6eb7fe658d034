"""How a live source is read: decided by its first packets, and asked again as more come."""

from dataclasses import replace

import numpy as np

from bench.conventions import CONVENTIONS
from bench.generated_flights import draw_course, draw_errors, packet_of, rows_of
from plainview.formats.convention_toml import ConventionSetting
from plainview.misb import (
    UNDECIDED,
    AngleReference,
    FixedReading,
    KlvFramer,
    ViewState,
    ViewStateSettings,
    decode_packet,
)
from plainview.mission.live_conventions import LiveConventions
from plainview.model import KlvPayload

NORTH = CONVENTIONS["north-referenced"].breaks


def payloads(*, n_honest: int, n_rounds: int = 8, seed: int = 3) -> list[KlvPayload]:
    """Return the packets of a flight round and round, honest at first, then from north."""
    generator = np.random.default_rng(seed)
    course = draw_course(generator)
    errors = replace(draw_errors(generator), noise_deg=1e-3, bias_deg=(0.0, 0.0), latency_s=0.0)
    rows = rows_of(course, errors, generator)
    return [
        KlvPayload(
            stream=1,
            data=packet_of(
                row if k < n_honest else NORTH(row),
                set_name="ST0601",
                time_us=course.time_us + 500_000 * k,
            ),
            video_time_us=500_000 * k,
        )
        for k, row in enumerate(rows * n_rounds)
    ]


def asked(setting: ConventionSetting | None = None) -> LiveConventions:
    """Return conventions that are decided at once, not in a thread of their own."""
    return LiveConventions(setting, decide=lambda decide: decide())


def test_nothing_is_read_before_enough_has_come_and_the_decision_is_said_once() -> None:
    conventions, sent = asked(), payloads(n_honest=1000)
    conventions.add(sent[:9])
    assert conventions["ST0601"] == UNDECIDED
    assert conventions.take_events() == ()
    conventions.add(sent[9:])
    events = conventions.take_events()
    assert [event.kind for event in events] == ["convention_decided"]
    assert conventions["ST0601"].reference is AngleReference.PLATFORM


def test_what_few_packets_decided_is_decided_anew_by_more() -> None:
    conventions, sent = asked(), payloads(n_honest=10)
    conventions.add(sent[:10])
    (first,) = conventions.take_events()
    before = conventions["ST0601"]
    conventions.add(sent[10:])
    events = conventions.take_events()
    assert conventions["ST0601"].reference is AngleReference.NORTH
    decided = [event for event in events if event.kind == "convention_decided"]
    assert before.reference is AngleReference.PLATFORM
    assert [event.details["before"] for event in decided] == [first.details["reading"]]
    assert "any more" in decided[0].what
    assert conventions.main is not None
    assert conventions.main.chosen == conventions["ST0601"]


def test_what_a_person_has_set_is_not_asked_again() -> None:
    setting = ConventionSetting(fixed=FixedReading(reference=AngleReference.PLATFORM))
    conventions = asked(setting)
    conventions.add(payloads(n_honest=10))
    assert conventions["ST0601"].reference is AngleReference.PLATFORM
    assert len(conventions.take_events()) == 1


def test_views_follow_a_reading_that_is_decided_anew() -> None:
    conventions, sent = asked(), payloads(n_honest=1000, n_rounds=1)
    conventions.add(sent)
    readings = {"ST0601": conventions["ST0601"]}
    state, framer = ViewState(ViewStateSettings(convention=readings)), KlvFramer()
    names = list[str | None]()
    for k, payload in enumerate(sent):
        if k == 20:
            readings["ST0601"] = UNDECIDED
        for packet in framer.feed(payload):
            timed = state.update(decode_packet(packet))
            names.append(None if timed is None else timed.view.angle_convention)
    assert names[:19] == ["st0601"] * 19
    assert set(names[21:]) == {UNDECIDED.name}
