"""`python -m console all | migrate`."""

from chassis.runtime import main
from console.app import build
from console.settings import Settings

main(build, Settings)
