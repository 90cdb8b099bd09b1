"""Tables that programs and offices write: workbooks, delimited text, and the reports in their rows."""
