"""Which addresses can be asked for, their canonical spelling, and what a family's rules say of them."""
