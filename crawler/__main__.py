"""`python -m crawler` is `loa`."""

from crawler.cli import main

if __name__ == "__main__":
    main()
