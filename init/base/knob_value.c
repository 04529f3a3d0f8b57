/* SPDX-License-Identifier: MIT */
#include "base/knob_value.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "placement.h"
#include "text.h"

static const char blanks[] = " \t\n";

/* A piece of a text. */
struct word {
	const char *at;
	size_t length;
};

static bool
next_word(const char **text, struct word *word)
{
	word->at = *text + strspn(*text, blanks);
	word->length = strcspn(word->at, blanks);
	*text = word->at + word->length;
	return word->length > 0;
}

static bool
is_equal(struct word a, struct word b)
{
	return a.length == b.length && memcmp(a.at, b.at, a.length) == 0;
}

/*
 * The digits of `base`, each worth `times` as much as the one behind it, so that zeros at the start
 * count for nothing. Of masks every 32 bits have a comma behind them.
 */
static bool
read_digits(struct word word, int base, uint64_t times, uint64_t *number)
{
	for (*number = 0; word.length > 0; word.at++, word.length--) {
		int digit = text_hex_digit(*word.at);
		if (*word.at == ',' && word.length % 9 == 0)
			continue;
		if (digit < 0 || digit >= base)
			return false;
		*number = *number * times + (unsigned)digit;
	}
	return true;
}

static bool
read_number(struct word word, uint64_t *number)
{
	if (word.length > 2 && word.at[0] == '0' && word.at[1] == 'x')
		return read_digits((struct word){word.at + 2, word.length - 2}, 16, 16, number);
	return read_digits(word, 10, 10, number);
}

/* 1, 0, or -1 for what is not a switch. */
static int
read_switch(struct word word)
{
	static const char names[] = "0nN1yY";
	const char *at = strchr(names, word.at[0]);

	if (word.at[0] == 'o' && (word.length == 2 || word.length == 3))
		return word.at[1] == 'n';
	return word.length == 1 && at != NULL ? (at - names) / 3 : -1;
}

static bool
is_same_word(struct word is, struct word wanted)
{
	/* Masks of any length: two that are not the same differ in this, but for one in 2^64. */
	const uint64_t golden = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t a, b;
	int on = read_switch(is);

	return is_equal(is, wanted) || (on >= 0 && on == read_switch(wanted)) ||
	       (read_number(is, &a) && read_number(wanted, &b) && a == b) ||
	       (read_digits(is, 16, golden, &a) && read_digits(wanted, 16, golden, &b) && a == b);
}

static bool
are_same_words(const char *is, const char *wanted)
{
	struct word a, b;

	while (next_word(&is, &a))
		if (!next_word(&wanted, &b) || !is_same_word(a, b))
			return false;
	return !next_word(&wanted, &b);
}

static bool
is_in(const char *list, struct word wanted)
{
	struct word word;

	while (next_word(&list, &word))
		if (is_equal(word, wanted))
			return true;
	return false;
}

/* Numbers are no names: one among others is not what was asked for. */
static bool
are_in(const char *list, const char *wanted)
{
	struct word word;

	while (next_word(&wanted, &word)) {
		bool is_less = word.at[0] == '-', is_signed = is_less || word.at[0] == '+';
		word.at += is_signed;
		word.length -= is_signed;
		if ((word.at[0] >= '0' && word.at[0] <= '9') || is_in(list, word) == is_less)
			return false;
	}
	return true;
}

bool
knob_value_is(const char *is, const char *wanted)
{
	struct cpus a, b;
	const char *open = strchr(is, '[');

	if (are_same_words(is, wanted))
		return true;
	if (open != NULL) {
		struct word chosen = {open + 1, strcspn(open + 1, "]")};
		return is_same_word(chosen, (struct word){wanted, strlen(wanted)});
	}
	if (cpus_read(&a, is) == NULL && cpus_read(&b, wanted) == NULL &&
	    memcmp(&a, &b, sizeof(a)) == 0)
		return true;
	return are_in(is, wanted);
}
