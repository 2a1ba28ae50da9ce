"""The pages of articles: one article, its versions, what portals changed, removed and copied."""
