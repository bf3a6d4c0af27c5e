"""What the API and the pages share: who asks, how often, what they send, and what they watch move."""
