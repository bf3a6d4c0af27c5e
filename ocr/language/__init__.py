"""What is known of Vietnamese: its writing, how likely words are, its provinces and communes."""
