"""Kinds of paper: their catalogue, and which of them a paper is; and what tells that and all that follows:
the lines of a page, its head and its title."""
