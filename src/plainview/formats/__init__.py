"""One module an outside format, its reader beside its writer."""

from plainview.formats.source import FileSource, SourceSettings, open_source

__all__ = ["FileSource", "SourceSettings", "open_source"]
