"""Surveys a new portal and writes its site file."""
