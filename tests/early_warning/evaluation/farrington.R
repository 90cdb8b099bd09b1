# Farrington's flexible method (package surveillance) over a table of weekly counts, a column for each area.
# Usage: Rscript farrington.R FIRST < counts.csv > p.csv; gives the p-value of each week from FIRST (1 is the first) on.
suppressMessages(library(surveillance))
first <- as.integer(commandArgs(trailingOnly = TRUE)[1])
counts <- as.matrix(read.csv(file("stdin"), header = FALSE))
year <- 52; half <- 3
past <- sts(observed = counts, start = c(2000, 1), frequency = year)
p <- matrix(NA, nrow(counts) - first + 1, ncol(counts))
for (years in 1:5) {  # as many years back as there are, from week to week
  weeks <- Filter(function(t) t >= first && min((t - 1 - half) %/% year, 5) == years, seq_len(nrow(counts)))
  if (length(weeks) == 0) next
  control <- list(range = weeks, b = years, w = half, noPeriods = 10, reweight = TRUE, weightsThreshold = 2.58,
                  pastWeeksNotIncluded = 26, thresholdMethod = "nbPlugin", limit54 = c(0, 4), alpha = 0.05)
  p[weeks - first + 1, ] <- suppressWarnings(farringtonFlexible(past, control = control))@control$pvalue
}
write.table(p, "", sep = ",", row.names = FALSE, col.names = FALSE, na = "1")
