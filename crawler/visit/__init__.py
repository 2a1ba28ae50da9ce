"""One visit to one site: what to request next, and when. Knows nothing about Scrapy."""
