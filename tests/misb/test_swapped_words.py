"""Words that change places, which a running sum never sees."""

import random
import struct

from plainview.misb.checksum import checksum16
from plainview.misb.swapped_words import WordMemory

N_WORDS = 40


def packet(index: int, *, seed: int = 1) -> bytes:
    """Return words of which most stay as they are, some count and some are noise."""
    draw = random.Random(seed)
    words = [draw.randrange(0x10000) for _ in range(N_WORDS)]
    words[10] = 1000 + 3 * index
    words[20] = random.Random(index).randrange(0x10000)
    words[30] = words[31] = 0
    return struct.pack(f">{N_WORDS}H", *words)


def swapped(raw: bytes, first: int, second: int) -> bytes:
    words = list(struct.unpack(f">{N_WORDS}H", raw))
    words[first], words[second] = words[second], words[first]
    return struct.pack(f">{N_WORDS}H", *words)


def taught(n_packets: int = 10) -> WordMemory:
    memory = WordMemory()
    for index in range(n_packets):
        assert memory.find_swap(packet(index)) is None
        memory.remember(packet(index))
    return memory


def test_a_swap_keeps_the_sum_and_is_found_at_its_places() -> None:
    memory = taught()
    for first, second in ((0, 1), (3, 39), (30, 5)):
        damaged = swapped(packet(10), first, second)
        assert checksum16(damaged) == checksum16(packet(10))
        assert memory.find_swap(damaged) == (2 * min(first, second), 2 * max(first, second))


def test_a_constant_word_that_changed_places_with_a_counter_is_found() -> None:
    assert taught().find_swap(swapped(packet(10), 4, 10)) == (8, 20)


def test_a_packet_like_those_before_has_no_swap() -> None:
    memory = taught()
    for index in range(10, 400):
        assert memory.find_swap(packet(index)) is None
        memory.remember(packet(index))


def test_words_that_take_new_values_are_no_swap() -> None:
    memory = taught()
    draw = random.Random(3)
    for _ in range(300):
        words = list(struct.unpack(f">{N_WORDS}H", packet(10)))
        for place in draw.sample(range(N_WORDS), 3):
            words[place] = draw.randrange(0x10000)
        assert memory.find_swap(struct.pack(f">{N_WORDS}H", *words)) is None


def test_a_length_that_was_not_seen_says_nothing() -> None:
    memory = taught()
    assert memory.find_swap(packet(10)[:-2]) is None
    assert memory.find_swap(b"") is None


def test_few_lengths_are_remembered() -> None:
    memory = WordMemory()
    for length in range(2, 100):
        memory.remember(bytes(length))
    assert len(memory.by_length) <= 8
