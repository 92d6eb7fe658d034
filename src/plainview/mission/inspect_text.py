"""What ``plainview inspect`` says to a person."""

from typing import Any

__all__ = ["inspect_text"]


def inspect_text(result: dict[str, Any]) -> str:
    """Return the result of `inspect_file` in lines."""
    lines = [f"{result['file']}: {result['container']}, {result['size_bytes'] / 1e6:.2f} MB"]
    lines += [_stream_line(stream) for stream in result["streams"]]
    lines += _video_lines(result["video"])
    lines += _metadata_lines(result["metadata"])
    lines += _location_lines(result["location"])
    if not result["warnings"]:
        lines.append("No problems found.")
    for warning in result["warnings"]:
        lines.append(
            f"warning: {warning['what']} ({warning['count']} times, first at {warning['first']})"
        )
        lines.append(f"         {warning['mend']}")
    return "\n".join(lines)


def _stream_line(stream: dict[str, Any]) -> str:
    parts = [stream["kind"], stream["codec"], stream["carriage"], stream["details"]]
    return f"  stream {stream['stream']}: {', '.join(part for part in parts if part)}"


def _video_lines(video: dict[str, Any] | None) -> list[str]:
    if video is None:
        return ["  no video"]
    rate = "" if video["rate_hz"] is None else f", {video['rate_hz']:.2f} pictures/s"
    size = f"{video['width_px']}x{video['height_px']}"
    return [f"  video: {size}{rate}, {video['n_pictures']} pictures in {video['duration_s']:.1f} s"]


def _metadata_lines(metadata: dict[str, Any]) -> list[str]:
    if not metadata["packets"]:
        return ["  no metadata"]
    sets = ", ".join(f"{n} {name}" for name, n in metadata["sets"].items())
    lines = [
        f"  metadata: {metadata['packets']} packets ({sets}),"
        f" {metadata['packets_damaged']} damaged, {len(metadata['items'])} kinds of item"
    ]
    lines.append(
        f"  pose: {metadata['pose_basis'] or 'not known'}; time: {metadata['time_basis'] or '-'};"
        f" {metadata['views_located']} packets can locate"
    )
    names = ("mission_id", "platform_designation", "platform_tail_number", "image_source")
    said = [str(metadata[name]) for name in names if metadata[name]]
    if said:
        lines.append(f"  source: {', '.join(said)}")
    lines.append(f"  marking: {metadata['security_marking'] or 'not marked'}")
    if metadata["core_identifier"]:
        lines.append(f"  core identifier: {metadata['core_identifier']}")
    for coverage in metadata["coverage"]:
        if coverage["covered_fraction"] is not None:
            share, gap_s = 100 * coverage["covered_fraction"], coverage["longest_gap_s"] or 0.0
            lines.append(
                f"  stream {coverage['stream']} covers {share:.0f} % of the video,"
                f" longest gap {gap_s:.2f} s"
            )
    return lines


def _location_lines(location: dict[str, Any]) -> list[str]:
    residual = location["residual_m"]
    if residual["median"] is None:
        return ["  location: nothing to compare the computed frame centre with"]
    return [
        f"  location by the standard's own reading ({location['angle_convention']}): computed frame"
        f" centre {residual['median']:.1f} m (median), {residual['p95']:.1f} m (95 %) from the"
        " source's own; not yet tested whether that can be trusted"
    ]
