"""The refusals of the product, by what was asked: each a row of one table here."""
