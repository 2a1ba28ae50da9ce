"""Addresses: their canonical spelling, pagers and traps, and what a family's rules say of them."""
