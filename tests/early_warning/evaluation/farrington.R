# Farrington's flexible method (package surveillance) over a table of weekly counts, a column for each area.
# Usage: Rscript farrington.R FIRST LEAST < counts.csv > p.csv; gives the p-value of each week from FIRST (1 is the first) on.
# Weeks with fewer than LEAST incidents are not computed and get 1: nobody is told of them, and each week is a fit of its own.
suppressMessages(library(surveillance))
given <- as.integer(commandArgs(trailingOnly = TRUE))
first <- given[1]; least <- given[2]
counts <- as.matrix(read.csv(file("stdin"), header = FALSE))
year <- 52; half <- 3
p <- matrix(NA, nrow(counts) - first + 1, ncol(counts))
for (area in seq_len(ncol(counts))) {
  past <- sts(observed = counts[, area, drop = FALSE], start = c(2000, 1), frequency = year)
  for (week in Filter(function(t) t >= first && counts[t, area] >= least, seq_len(nrow(counts)))) {
    years <- min((week - 1 - half) %/% year, 5)  # as many years back as there are
    control <- list(range = week, b = years, w = half, noPeriods = 10, reweight = TRUE, weightsThreshold = 2.58,
                    pastWeeksNotIncluded = 26, thresholdMethod = "nbPlugin", limit54 = c(0, 4), alpha = 0.05)
    p[week - first + 1, area] <- suppressWarnings(farringtonFlexible(past, control = control))@control$pvalue
  }
}
write.table(p, "", sep = ",", row.names = FALSE, col.names = FALSE, na = "1")
