"""The fields of an article, one module a field.

If no family is known, `recognition` finds the elements that hold them: outline, title, kinds of
blocks, running text, candidates. `article` then reads each field by rules, as on a page of any
family, and makes the record.
"""
