"""`python -m sla all | api | worker | relay | migrate`."""

from chassis.runtime import main
from sla.app import build
from sla.settings import Settings

if __name__ == "__main__":
    main(build, Settings)
