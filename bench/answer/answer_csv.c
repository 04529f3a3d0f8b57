/* SPDX-License-Identifier: MIT */
#include "answer/answer_print.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/boots.h"
#include "base/json.h"
#include "host/memory.h"

/* Writes a field, quoted if it must be (RFC 4180). */
static void
print_field(const char *text, const char *after)
{
	if (strpbrk(text, ",\"\r\n") == NULL) {
		printf("%s%s", text, after);
		return;
	}
	putchar('"');
	for (; *text != '\0'; text++)
		printf(*text == '"' ? "\"%c" : "%c", *text);
	printf("\"%s", after);
}

/* The fields that all samples of a boot have in common. */
static void
print_boot(const json_t *boot)
{
	static const char *const words[] = {"kernel", "image",	   "args", "experiment",
					    "node",   "arguments", "kind"};

	printf("%" JSON_INTEGER_FORMAT ",%" JSON_INTEGER_FORMAT ",",
	       json_integer_value(json_object_get(boot, "boot")),
	       json_integer_value(json_object_get(boot, "block")));
	print_field(json_string_value(json_object_get(boot, "cell")), ",");
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		const char *word = json_string_value(json_object_get(boot, words[i]));
		print_field(word != NULL ? word : "", ",");
	}
	const json_t *layout = json_object_get(boot, "layout");
	if (layout != NULL)
		printf("%" JSON_INTEGER_FORMAT, json_integer_value(layout));
	printf(",%s,", json_is_true(json_object_get(boot, "again")) ? "yes" : "no");
}

static void
print_series(const json_t *boot, const struct series *series)
{
	uint64_t index = 0;

	for (size_t i = 0; i < series->count; i++) {
		json_t *number = object_number(series->values[i].value);
		char *value = object_text(number, JSON_ENCODE_ANY);
		json_decref(number);
		if (value == NULL)
			memory_die();
		print_boot(boot);
		printf("%llu,%llu,%s,", (unsigned long long)series->command,
		       (unsigned long long)series->run, series->warmup ? "yes" : "no");
		print_field(series->name, ",");
		printf("%llu,%s,%.0f,", (unsigned long long)index, value, series->values[i].weight);
		print_field(series->unit, "\n");
		index += (uint64_t)series->values[i].weight;
		free(value);
	}
}

int
answer_print_csv(struct study *study)
{
	struct numbers numbers;
	struct boots boots;
	int result = boots_read(&boots, study);

	puts(
	    "boot,block,cell,kernel,image,args,experiment,node,arguments,kind,layout,again,command,"
	    "run,warmup,name,index,value,count,unit");
	for (size_t i = 0; i < boots.count && result == 0; i++) {
		if (!boots.at[i].is_ok || boots.at[i].sha256[0] == '\0')
			continue;
		json_t *boot = boots_numbers(&boots, &boots.at[i], &numbers);
		result = boot != NULL ? 0 : -1;
		if (boot == NULL)
			break;
		for (size_t k = 0; k < numbers.count; k++)
			print_series(boot, &numbers.series[k]);
		numbers_free(&numbers);
		json_decref(boot);
	}
	boots_free(&boots);
	if (result == 0 && fflush(stdout) != 0) {
		warn("cannot write");
		result = -1;
	}
	return result;
}
