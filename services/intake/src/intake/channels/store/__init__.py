"""All SQL of channels: raw mail (`raw`), what is held back (`quarantine`), threads (`threads`)."""
