"""Reads the bytes of a capture: an article, a listing, a document or a refusal.

One pass in a worker process, without database or network. The entrance is `reader.py`.
"""
