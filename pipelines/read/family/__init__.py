"""The CMS family of a page, and rules learned from a portal's own pages."""
