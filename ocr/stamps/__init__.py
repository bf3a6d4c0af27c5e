"""Seals, stamps and signatures beside the text, and the text without them."""
