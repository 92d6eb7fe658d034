"""A link that is lost again and again: nothing that arrived is lost, and memory stays flat.

A sender plays a drawn clip over TCP without end and hangs up at drawn moments, in the middle
of packets; the watcher calls it again each time. What the sockets took, but for the packet that
each loss cut, must be in the recording; resident memory after a tenth of the losses is held against
that at the end.
"""

import json
import random
import socket
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.live import make_clip, source_packets
from plainview.formats.transport_packets import PACKET_BYTES
from plainview.mission.live_run import LiveStatus
from plainview.mission.watch import make_watch_request, watch

N_DROPS = 200
SECONDS_EACH = 18.0
PORT = 46_111
SEED = 20260101
MOST_GROWTH = 1.10


@dataclass
class Dropper:
    """Sends a clip over and over and hangs up after a while, as often as asked."""

    clip: Path
    n_drops: int
    seconds_each: float
    parts: list[bytes] = field(default_factory=list)

    def run(self) -> None:
        """Send until the link was lost as often as asked."""
        draw = random.Random(SEED)
        data = self.clip.read_bytes()
        n_bytes_a_s = len(data) / 12.0
        with socket.create_server(("127.0.0.1", PORT)) as waiting:
            waiting.settimeout(120.0)
            for _ in range(self.n_drops + 1):
                stream, _ = waiting.accept()
                n_bytes = int(n_bytes_a_s * self.seconds_each * draw.uniform(0.5, 1.5))
                n_bytes -= n_bytes % PACKET_BYTES
                self.parts.append(_send(stream, data, n_bytes, pace=n_bytes_a_s))
                stream.sendall(data[: draw.randrange(1, PACKET_BYTES)])
                stream.close()


def _send(stream: socket.socket, data: bytes, n_bytes: int, *, pace: float) -> bytes:
    """Send so many bytes of a clip that begins anew at its end; return them."""
    sent, began_s = b"", time.monotonic()
    while len(sent) < n_bytes:
        at = len(sent) % len(data)
        piece = data[at : at + min(7 * PACKET_BYTES, n_bytes - len(sent))]
        stream.sendall(piece)
        sent += piece
        time.sleep(max(0.0, began_s + len(sent) / pace - time.monotonic()))
    return sent


def resident_mib() -> float:
    """Return the resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / (1 << 20)


def run(*, n_drops: int = 10, seconds_each: float = 2.0) -> dict[str, object]:
    """Lose the link that often and return the row."""
    memory_mib: dict[int, float] = {}

    def note(status: LiveStatus) -> None:
        memory_mib[status.link.n_links] = resident_mib()

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = make_clip(folder)
        dropper = Dropper(clip.video, n_drops, seconds_each)
        thread = threading.Thread(target=dropper.run)
        thread.start()
        request = make_watch_request(
            f"tcp://127.0.0.1:{PORT}", out=folder / "live", give_up_s=15.0, is_overlay_drawn=False
        )
        mission = watch(request, on_status=note)
        thread.join()
        sent = folder / "sent.ts"
        sent.write_bytes(b"".join(dropper.parts))
        came = source_packets(mission.path / "recording.ts", clip.video)
        expected = source_packets(sent, clip.video)
    early = memory_mib.get(max(2, n_drops // 10), min(memory_mib.values()))
    late = memory_mib[max(memory_mib)]
    n_gaps = sum(event["kind"] == "link_gap" for event in mission.events)
    is_whole = came.shape == expected.shape and bool((came == expected).all())
    return {
        "what": f"{n_drops} losses of a TCP link, {seconds_each:.0f} s apart",
        "links": mission.summary["live"]["links"],
        "gaps_said": n_gaps,
        "packets_recorded": f"{len(came)} of {len(expected)}",
        "frames": mission.summary["counts"]["frames"],
        "dropped": mission.summary["counts"]["frames_dropped"],
        "memory_mib": [round(early, 1), round(late, 1)],
        "target": f"all packets, each gap said, memory at most {MOST_GROWTH} times the early one",
        "is_met": is_whole and n_gaps == n_drops and late <= MOST_GROWTH * early,
    }


if __name__ == "__main__":
    given = [float(each) for each in sys.argv[1:]]
    print(json.dumps(run(n_drops=int(given[0]), seconds_each=given[1]), indent=1))
