"""What the tests build: portals, hosts, archives, files."""
