"""What a verifier says: the types of a report, its words, and its form after ETSI TS 119 102-2."""
