"""Show early warning on the desk: warnings, places, dates, signs of the week, the weekly brief."""
