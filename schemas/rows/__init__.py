"""The rows of the tables, typed, so that a type checker sees a column's name and kind where a row is read or written.

One TypedDict per table of schemas/records and schemas/office/records.py, in a module of the same name (office: the
office's), with the same names and types; a test compares them. No key is required: a row to insert leaves out what has
a default, a row to update all that stays as it is. The database refuses what is missing.
"""
