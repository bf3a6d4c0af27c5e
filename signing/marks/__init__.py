"""The visible side of a signature: what a mark says, how it looks, where it stands."""
