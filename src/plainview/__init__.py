"""An open EO/IR observation system: see, locate honestly, account for every use."""

__version__ = "0.1.0"
