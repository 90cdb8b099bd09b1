"""Papers of the office: what they say, apart from whether they become a page, a PDF or a workbook."""
