"""The server's eyes: frames that a device could not read, read by `scanning` in processes of its own."""
