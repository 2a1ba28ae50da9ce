"""Which CMS family made a page, and rules learned from a portal's own pages."""
