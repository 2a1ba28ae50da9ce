"""Looking often enough at articles that are held: what listings tell of them, and the round."""
