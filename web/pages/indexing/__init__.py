"""What search engines are told: robots.txt and the sitemap."""
