"""What a page shows to the one who signs it, and what it keeps from them."""
