/* SPDX-License-Identifier: MIT */
#include "users.h"

#include <stdbool.h>
#include <string.h>

#include "text.h"

/* A field of a line, between colons. */
struct field {
	const char *at;
	size_t length;
};

/* The field with index `index`, from 0, of the line of `length` bytes; empty if it is missing. */
static struct field
field_of(const char *line, size_t length, int index)
{
	const char *end = line + length;

	for (; index > 0; index--) {
		const char *colon = memchr(line, ':', (size_t)(end - line));
		line = colon != NULL ? colon + 1 : end;
	}
	const char *colon = memchr(line, ':', (size_t)(end - line));
	return (struct field){line, (size_t)((colon != NULL ? colon : end) - line)};
}

static bool
field_equals(struct field field, struct field name)
{
	return field.length == name.length && memcmp(field.at, name.at, name.length) == 0;
}

static int
parse_id(struct field field, uint32_t *number)
{
	char digits[16];
	uint64_t value;

	if (field.length == 0 || field.length >= sizeof(digits))
		return -1;
	memcpy(digits, field.at, field.length);
	digits[field.length] = '\0';
	/* The highest id means "unchanged" (chown(2)). */
	if (text_parse_number(digits, UINT32_MAX - 1, &value) != 0)
		return -1;
	*number = (uint32_t)value;
	return 0;
}

/* The next line of a text, with its length in *length; advances past it. NULL at the end. */
static const char *
next_line(const char **at, const char *end, size_t *length)
{
	const char *line = *at, *newline;

	if (line == end)
		return NULL;
	newline = memchr(line, '\n', (size_t)(end - line));
	*length = (size_t)((newline != NULL ? newline : end) - line);
	*at = newline != NULL ? newline + 1 : end;
	return line;
}

/* The first line with the name or, if `number` is not NULL, with the id. */
static const char *
find_line(const char *text, size_t size, struct field name, const uint32_t *number, size_t *length)
{
	const char *at = text, *end = text + size, *line;
	uint32_t id;

	while (text != NULL && (line = next_line(&at, end, length)) != NULL)
		if (number != NULL ? parse_id(field_of(line, *length, 2), &id) == 0 && id == *number
				   : field_equals(field_of(line, *length, 0), name))
			return line;
	return NULL;
}

/* Returns whether `name` is in a group's list of members. */
static bool
is_member(struct field list, struct field name)
{
	const char *at = list.at, *end = at + list.length;

	while (at < end) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		struct field member = {at, (size_t)((comma != NULL ? comma : end) - at)};
		if (field_equals(member, name))
			return true;
		at = comma != NULL ? comma + 1 : end;
	}
	return false;
}

static void
add_groups(const struct users *users, struct field name, struct user *user)
{
	const char *at = users->group, *end = at + users->group_length, *line;
	size_t length;
	uint32_t gid;

	while (users->group != NULL && (line = next_line(&at, end, &length)) != NULL)
		if (is_member(field_of(line, length, 3), name) &&
		    parse_id(field_of(line, length, 2), &gid) == 0 && gid != user->gid &&
		    user->group_count < USER_GROUPS_MAX)
			user->groups[user->group_count++] = gid;
}

static const char *
find_group(const struct users *users, struct field spec, uint32_t *gid)
{
	size_t length;
	const char *line = find_line(users->group, users->group_length, spec, NULL, &length);

	if (line != NULL)
		return parse_id(field_of(line, length, 2), gid) == 0
			   ? NULL
			   : "has an invalid id in /etc/group";
	return parse_id(spec, gid) == 0 ? NULL : "has a group that /etc/group lacks";
}

const char *
users_find(const struct users *users, const char *spec, struct user *user)
{
	const char *colon = strchr(spec, ':'), *problem = NULL;
	struct field name = {spec, colon != NULL ? (size_t)(colon - spec) : strlen(spec)};
	size_t length;
	const char *line = find_line(users->passwd, users->passwd_length, name, NULL, &length);
	uint32_t uid;

	*user = (struct user){.uid = 0};
	bool is_number = line == NULL && parse_id(name, &uid) == 0;
	if (is_number)
		line = find_line(users->passwd, users->passwd_length, name, &uid, &length);
	if (line == NULL && !is_number)
		return "is not a user of /etc/passwd";
	if (line == NULL && colon == NULL)
		return "is not a UID of /etc/passwd: add a group, UID:GID";
	if (line == NULL) {
		user->uid = uid;
	} else if (parse_id(field_of(line, length, 2), &user->uid) != 0 ||
		   parse_id(field_of(line, length, 3), &user->gid) != 0) {
		return "has invalid ids in /etc/passwd";
	} else {
		struct field home = field_of(line, length, 5);
		name = field_of(line, length, 0);
		user->home = home.length > 0 ? home.at : NULL;
		user->home_length = home.length;
	}
	if (colon != NULL)
		problem =
		    find_group(users, (struct field){colon + 1, strlen(colon + 1)}, &user->gid);
	if (line != NULL)
		add_groups(users, name, user);
	return problem;
}
