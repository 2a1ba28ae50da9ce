"""What runs on and on: visits on time, and the units that run them and `loa serve`."""
