"""The fields of an article, one module a field.

On a page of no known family, `recognition` finds the elements that hold them: outline, title, kinds
of blocks, running text, candidates. `article` then reads each field by rules, as on a page of any
family, and makes the record.
"""
