"""What `./dev` does before there is anything but Python: fetch the tools, make the environment, build the PWA.

Standard library only.
"""
