"""Bytes to KLV sets and back, sets to View and tracks and back."""
