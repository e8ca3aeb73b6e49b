"""`python -m meridian` is the command `meridian`."""

from meridian.cli import main

main()
