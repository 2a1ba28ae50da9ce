"""What is kept of a portal's pages so that they teach the reader."""
