"""One module an outside format, its reader beside its writer."""

from plainview.formats.probe import KlvCoverage, SourceProbe, VideoSummary, probe
from plainview.formats.raw_klv import read_klv_payloads
from plainview.formats.recording import TransportStreamRecorder
from plainview.formats.source import FileSource, InputSource, SourceSettings, open_source
from plainview.formats.stanag4609 import EncoderSettings, write_stanag4609
from plainview.formats.stream_copy import remux_to_transport_stream

__all__ = [
    "EncoderSettings",
    "FileSource",
    "InputSource",
    "KlvCoverage",
    "SourceProbe",
    "SourceSettings",
    "TransportStreamRecorder",
    "VideoSummary",
    "open_source",
    "probe",
    "read_klv_payloads",
    "remux_to_transport_stream",
    "write_stanag4609",
]
