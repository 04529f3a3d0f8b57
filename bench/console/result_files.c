/* SPDX-License-Identifier: MIT */
#include "console/result_files.h"

#include <stdlib.h>
#include <string.h>

#include "console/record.h"
#include "sha256.h"
#include "text.h"

static int
malformed(struct result *r)
{
	r->malformed++;
	return 0;
}

int
result_knob(struct result *r, const struct wire_log_record *record)
{
	size_t length;
	struct result_knob *more = realloc(r->knobs, (r->knob_count + 1) * sizeof(*more));

	if (more == NULL)
		return -1;
	r->knobs = more;
	struct result_knob *knob = &r->knobs[r->knob_count];
	*knob = (struct result_knob){.path = record_decoded(record, "path", &length)};
	if (knob->path == NULL)
		return malformed(r);
	knob->before = record_decoded(record, "before", &length);
	knob->after = record_decoded(record, "after", &length);
	r->knob_count++;
	return 0;
}

/* The file that is being sent, if that is its number: each comes whole before the next. */
static struct result_file *
current(struct result *r, uint64_t number)
{
	return r->file_count > 0 && number == r->file_count - 1 && r->files[number].sha256[0] == '\0'
		   ? &r->files[number]
		   : NULL;
}

int
result_file(struct result *r, const struct wire_log_record *record)
{
	uint64_t number, mode;
	struct result_file file = {.mode = 0};

	if (!record_number(record, "file", UINT32_MAX, &number) || number != r->file_count ||
	    !record_number(record, "mode", 07777, &mode))
		return malformed(r);
	struct result_file *more = realloc(r->files, (r->file_count + 1) * sizeof(*more));
	if (more == NULL)
		return -1;
	r->files = more;
	file.mode = (unsigned)mode;
	file.path = record_decoded(record, "path", &file.path_length);
	if (file.path == NULL)
		return malformed(r);
	r->files[r->file_count++] = file;
	return 0;
}

int
result_data(struct result *r, const struct wire_log_record *record)
{
	const char *words[2];
	char line[64];
	size_t length;
	const char *bytes = record_head(record, line, words, 2, &length);
	uint64_t number, at;

	if (bytes == NULL || text_parse_number(words[0], UINT32_MAX, &number) != 0 ||
	    text_parse_number(words[1], UINT64_MAX, &at) != 0)
		return malformed(r);
	struct result_file *file = current(r, number);
	if (file == NULL || at != file->content.length)
		return malformed(r);
	return bytes_add(&file->content, bytes, length);
}

int
result_file_sum(struct result *r, const struct wire_log_record *record)
{
	unsigned char digest[SHA256_SIZE];
	char hex[2 * SHA256_SIZE + 1];
	struct sha256 sum;
	uint64_t number, size;

	if (!record_number(record, "file", UINT32_MAX, &number) || !record_number(record, "size", UINT64_MAX, &size))
		return malformed(r);
	struct result_file *file = current(r, number);
	if (file == NULL || size != file->content.length ||
	    !record_value(record, "sha256", file->sha256, sizeof(file->sha256)))
		return malformed(r);
	sha256_start(&sum);
	sha256_add(&sum, file->content.data, file->content.length);
	sha256_finish(&sum, digest);
	struct text t = text_in(hex, sizeof(hex));
	for (size_t i = 0; i < sizeof(digest); i++)
		text_hex(&t, digest[i], 2);
	hex[2 * SHA256_SIZE] = '\0';
	return strcmp(hex, file->sha256) == 0 ? 0 : malformed(r);
}

void
result_check_files(struct result *r)
{
	for (size_t i = 0; i < r->file_count; i++)
		r->malformed += r->files[i].sha256[0] == '\0';
}

void
result_free_files(struct result *r)
{
	for (size_t i = 0; i < r->knob_count; i++) {
		free(r->knobs[i].path);
		free(r->knobs[i].before);
		free(r->knobs[i].after);
	}
	free(r->knobs);
	for (size_t i = 0; i < r->file_count; i++) {
		free(r->files[i].path);
		bytes_free(&r->files[i].content);
	}
	free(r->files);
}
