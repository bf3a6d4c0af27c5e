"""Small page pictures with unseen text over them, as PDF/A-2u."""
