"""Quiet or broken? Pure decisions over what visits saw: no database, no network, no clock."""
