"""Ratios against peers and floors, each row a module with ``run() -> dict``."""
