"""What a request to stop (Ctrl-C) becomes where it meets compiled code."""

from typing import Final

__all__ = ["STOPS", "is_stop_request"]

STOPS: Final = (KeyboardInterrupt, SystemError)
"""What a request to stop may arrive as; of the second, `is_stop_request` tells."""


def is_stop_request(error: BaseException) -> bool:
    """Return whether an error is a request to stop.

    One that comes while a compiled function returns is raised by the interpreter as a
    SystemError whose cause it is.
    """
    if isinstance(error, SystemError):
        return isinstance(error.__cause__, KeyboardInterrupt)
    return isinstance(error, KeyboardInterrupt)
