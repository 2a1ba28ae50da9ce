"""The history of an article, worked out from what its captures showed."""
