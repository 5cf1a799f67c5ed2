"""A stand-in for what Python no longer has: distutils.util.strtobool."""
