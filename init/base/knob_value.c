/* SPDX-License-Identifier: MIT */
#include "base/knob_value.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "placement.h"
#include "text.h"

static const char blanks[] = " \t\n";

/* A word of a text. */
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
 * Digits of `base`, each weighted `times` as much as the next, so that leading zeros do not matter.
 * In masks a comma separates every 32 bits.
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

/* Returns 1, 0, or -1 if it is not a switch. */
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
	/* Masks of any length: different ones have different sums, but for one case in 2^64. */
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
list_has(const char *list, struct word wanted)
{
	struct word word;

	while (next_word(&list, &word))
		if (is_equal(word, wanted))
			return true;
	return false;
}

/* Numbers are not names: a number in a list does not match. */
static bool
list_has_all(const char *list, const char *wanted)
{
	struct word word;

	while (next_word(&wanted, &word)) {
		bool is_less = word.at[0] == '-', is_signed = is_less || word.at[0] == '+';
		word.at += is_signed;
		word.length -= is_signed;
		if ((word.at[0] >= '0' && word.at[0] <= '9') || list_has(list, word) == is_less)
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
	return list_has_all(is, wanted);
}
