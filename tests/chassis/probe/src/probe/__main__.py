"""`python -m probe all | api | worker | relay | migrate`."""

from chassis.runtime import main
from probe.app import build
from probe.settings import ProbeSettings

main(build, ProbeSettings)
