"""Where things are on this machine: paths, settings, logs, packaged resources."""
