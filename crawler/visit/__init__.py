"""One visit to one site: what to ask next, and when. Knows nothing of Scrapy."""
