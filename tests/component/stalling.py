"""Stands in for the trial of conditions and never answers."""

import time

time.sleep(60)
