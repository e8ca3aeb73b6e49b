"""`python -m routing all | api | worker | relay | migrate`."""

from chassis.runtime import main
from routing.app import build
from routing.settings import Settings

if __name__ == "__main__":
    main(build, Settings)
