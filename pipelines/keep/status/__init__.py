"""How each portal stands: its state as rows, and the words for it. Reads only.

`loa status` and the pages of the archive use the same words.
"""
