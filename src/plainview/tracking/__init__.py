"""The same thing over time, in pixels and metres."""
