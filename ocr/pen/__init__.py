"""What was written, filled in or struck out by hand."""
