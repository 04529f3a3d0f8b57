#!/usr/bin/env Rscript
# SPDX-License-Identifier: MIT
# Writes the fixtures of test_unpaired.c, by R: test/made/unpaired.R >test/made/unpaired_expected.h, then clang-format
# Welch's interval of the second mean minus the first, and p of all divisions of the numbers into groups, by Welch's t.

cat("/* SPDX-License-Identifier: MIT */\n/* Made by test/made/unpaired.R, R ",
    as.character(getRversion()), ". */\n", sep = "")
number <- function(x) format(x, digits = 17)
list_of <- function(x) paste(sapply(x, number), collapse = ", ")

welch <- function(a, b) {
	difference <- abs(mean(b) - mean(a))
	if (difference < 1e-12) 0 else if (sd(a) + sd(b) < 1e-12) Inf else abs(as.numeric(t.test(b, a)$statistic))
}
divisions <- function(a, b) {
	all <- c(a, b)
	observed <- welch(a, b)
	mean(combn(length(all), length(a), function(i) welch(all[i], all[-i]) >= observed * (1 - 1e-9)))
}

set.seed(17)
groups <- list(list(c(0.1, 0.2), c(0.3, 0.5)), list(c(1, 1, 1), c(2, 2, 2, 2)), list(c(1, 1), c(1, 1)),
	       list(rnorm(5), rnorm(8)), list(rnorm(8), rnorm(6, 1)), list(rnorm(4, 0, 0.1), rnorm(7, 1, 3)),
	       list(rexp(7), rexp(7) * 1.5), list(c(3, 3, 4, 4, 5), c(3, 4, 5, 5, 5)), list(rnorm(6), rnorm(6, 2, 0.2)))
cat("static const struct expected expected[] = {\n")
for (g in groups) {
	a <- g[[1]]
	b <- g[[2]]
	difference <- mean(b) - mean(a)
	interval <- if (sd(a) + sd(b) > 0) as.numeric(t.test(b, a)$conf.int) else c(difference, difference)
	cat("    {{", length(a), ", ", length(b), "}, {{", list_of(a), "}, {", list_of(b), "}}, ", number(difference), ", ",
	    number(interval[1]), ", ", number(interval[2]), ", ", number(divisions(a, b)), "},\n", sep = "")
}
cat("};\n")
