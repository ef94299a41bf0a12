"""What the office is told when it starts: settings, logs, and where time and chance come from."""
