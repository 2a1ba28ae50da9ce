"""Bad inputs by class, made in code: what a hostile or broken portal may send, and the one typed outcome that each must have."""
