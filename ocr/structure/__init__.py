"""How a paper is set, whatever its kind: its lines and rows, its letterhead and number, and its stamps."""
