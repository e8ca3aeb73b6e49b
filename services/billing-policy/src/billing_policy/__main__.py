"""`python -m billing_policy all | api | worker | relay | migrate`."""

from billing_policy.app import build
from billing_policy.settings import Settings
from chassis.runtime import main

if __name__ == "__main__":
    main(build, Settings)
