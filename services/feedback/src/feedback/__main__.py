"""`python -m feedback all | api | worker | relay | migrate`."""

from chassis.runtime import main
from feedback.app import build
from feedback.settings import Settings

if __name__ == "__main__":
    main(build, Settings)
