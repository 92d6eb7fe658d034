"""Layouts of on-screen symbology as data, and drawing them."""
