"""Reads the bytes of a capture: an article, a listing, a document or a refusal.

One pass in a worker process, without database or network. `reader` is the entrance: it takes a
`Task`, makes characters of the bytes (`text`) and one tree of the page (`html`), finds the CMS
family (`family`), and reads an article (`article`), a listing (`listing`) or a file (`files`), or
says why there is none (`refusals`). The result is a `Reading`. `addresses` and `dates` serve all
of them; `survey` reads a new portal's pages for `loa add`.
"""
