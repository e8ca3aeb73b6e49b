"""`python -m meridian` is the command `meridian`."""

from meridian.cli import main

if __name__ == "__main__":
    main()
