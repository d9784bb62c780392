"""Kili, as plugins see it on this host."""
