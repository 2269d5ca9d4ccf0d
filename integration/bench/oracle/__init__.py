"""An independent program for the commands that ask a network file."""
