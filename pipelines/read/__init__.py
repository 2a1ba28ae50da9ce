"""What the bytes of a capture say: an article, a listing, a document or a refusal.

One pass in a worker process; knows no database and opens no socket. `reader.py` is the door.
"""
