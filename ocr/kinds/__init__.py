"""Kinds of paper: their catalogue, and which of them a paper is by its title and nature."""
