"""Bringing a caseload in from a file: read it, name its columns, check its rows, plan the import.

``readers`` turns bytes into rows of text, ``columns`` says what each column is, ``rows`` turns a
row into a person or into reasons why not, ``plan`` compares with the persons already known, and
``problems`` writes the rows that were refused so that they can be corrected and brought back.
Nothing is written here: a service carries the plan out, all or nothing.
"""
