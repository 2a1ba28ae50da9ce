"""Each portal's memory, and the sample of its articles that it is learned from."""
