"""What the words mean: names, dates, places and caseloads, in plain Python.

Nothing here opens a file, a window, a database or a connection: what is needed comes in through
parameters, the day of today included.
"""
