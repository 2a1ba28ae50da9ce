"""`python -m tests.builders.demo_on_ports P1 P2 P3 COMMAND...`: `loa` whose demo has other ports.

So a test disturbs no demo that runs on this machine.
"""

import sys

from crawler.cli import main
from crawler.commands import demo

if __name__ == "__main__":
    first, second, third = (int(sys.argv.pop(1)) for _ in range(3))
    demo.PORTS = (first, second, third)
    main()
