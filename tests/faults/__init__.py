"""Real faults: kills, full disks, hostile hosts, lost bytes, wrong clocks."""
