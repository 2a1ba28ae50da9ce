"""The commands of `loa`, one module each."""
