"""From any upload to page pictures with their true dpi."""
