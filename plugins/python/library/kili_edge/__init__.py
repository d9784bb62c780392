"""The host's side of a plugin's interpreter. Plugins have no use for it."""
