"""What the articles of one portal repeat: how a reader tells its template from its news."""
