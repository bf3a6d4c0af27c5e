"""The pages: Vietnamese first, English beside it; they work without scripts and better with them."""
