"""Find reports by their words: an index beside the reports, filled after they are kept."""
