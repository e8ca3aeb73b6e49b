"""`python -m intake all | api | worker | relay | migrate`."""

from chassis.runtime import main
from intake.app import build
from intake.settings import Settings

if __name__ == "__main__":
    main(build, Settings)
