#!/usr/bin/env Rscript
# SPDX-License-Identifier: MIT
# Writes the fixtures of test_paired.c, by R: test/made/statistics.R >test/made/statistics_expected.h, then clang-format
# The mean, deviation, interval and p of Student's t and of all sign flips, Holm's correction, quantiles.

cat("/* SPDX-License-Identifier: MIT */\n/* Made by test/made/statistics.R, R ",
    as.character(getRversion()), ". */\n", sep = "")
number <- function(x) format(x, digits = 17)
list_of <- function(x) paste(sapply(x, number), collapse = ", ")

flips <- function(d) {
	signs <- as.matrix(expand.grid(rep(list(c(-1, 1)), length(d))))
	sums <- abs(signs %*% d)
	mean(sums >= abs(sum(d)) - 1e-12 * sum(abs(d)))
}

set.seed(17)
cases <- list(c(0.1, 0.2), c(-1, 1), c(0.02, 0.021, 0.019, 0.02, 0.022, 0.018),
	      rnorm(8), rnorm(8, 1), rnorm(12, 0.3), rexp(16) - 0.5, rep(0, 6), c(1e-9, 2e9, 3, -4, 5))
cat("static const struct expected expected[] = {\n")
for (d in cases) {
	interval <- if (sd(d) > 0) as.numeric(t.test(d)$conf.int) else c(mean(d), mean(d))
	cat("    {", length(d), ", {", list_of(d), "}, ", number(mean(d)), ", ", number(sd(d)), ", ",
	    number(interval[1]), ", ", number(interval[2]), ", ", number(flips(d)), "},\n", sep = "")
}
cat("};\n")
p <- c(0.01, 0.02, 0.03, 0.04, 0.05, 0.001, 0.5, 0.9, 0.011)
cat("static const double raw[] = {", list_of(p), "};\n", sep = "")
cat("static const double holm[] = {", list_of(p.adjust(p, "holm")), "};\n", sep = "")
x <- rexp(11)
cat("static const double values[] = {", list_of(x), "};\n", sep = "")
cat("static const double quantiles[][2] = {", paste(sapply(c(0.01, 0.25, 0.5, 0.9, 0.99), function(q)
	paste("{", number(q), ", ", number(quantile(x, q)), "}", sep = "")), collapse = ", "), "};\n", sep = "")
