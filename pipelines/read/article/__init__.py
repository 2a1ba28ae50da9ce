"""The fields of an article.

`article_page` holds the views of a page: selectors, metadata, layout. The module of each field
proposes candidates, `candidates` chooses among them, `page_kind` judges whether the page is an
article, and `article` makes the record.
"""
