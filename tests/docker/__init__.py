"""The project's images, built and run without a Docker engine."""
