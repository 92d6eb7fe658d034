"""The peers' side of `bench.codec`, run by itself with the peers' folder on its path.

Reads a JSON task a line on standard input (``peer``, ``what``, and the packets in hexadecimal)
and answers each with a line of JSON: seconds, and where packets were written, whether the same
bytes came out.
"""

import json
import sys
import time
from typing import Any


def tstrans(task: dict[str, Any]) -> dict[str, Any]:
    from tstrans.klv import decode_uas_datalink, encode_uas_datalink

    packets = [bytes.fromhex(each) for each in task["packets"]]
    if task["what"] == "parse":
        start_s = time.perf_counter()
        for packet in packets:
            decode_uas_datalink(packet)
        return {"seconds": time.perf_counter() - start_s}
    sets = [decode_uas_datalink(packet) for packet in packets]
    start_s = time.perf_counter()
    written = [encode_uas_datalink(each) for each in sets]
    seconds = time.perf_counter() - start_s
    same = sum(a == b for a, b in zip(written, packets, strict=True))
    return {"seconds": seconds, "same": same}


def stanag4609(task: dict[str, Any]) -> dict[str, Any]:
    from stanag4609 import FieldDecodingMode
    from stanag4609.st0601 import decode_uas_local_set

    packets = [bytes.fromhex(each) for each in task["packets"]]
    start_s = time.perf_counter()
    for packet in packets:
        decode_uas_local_set(packet, field_decoding=FieldDecodingMode.PRESERVE)
    return {"seconds": time.perf_counter() - start_s}


PEERS = {"tstrans": tstrans, "stanag4609": stanag4609}

for line in sys.stdin:
    given = json.loads(line)
    print(json.dumps(PEERS[given["peer"]](given)), flush=True)
