"""What on a paper contradicts something else on it."""
