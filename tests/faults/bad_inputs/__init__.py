"""Bad inputs by class: what a portal may send, and the one typed outcome that each must have."""
