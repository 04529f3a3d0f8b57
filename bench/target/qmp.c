/* SPDX-License-Identifier: MIT */
#include "target/qmp.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static int
send_command(const struct qmp *q, const char *command)
{
	/* Far smaller than a socket's buffer, so it is sent whole or not at all. */
	return send(q->fd, command, strlen(command), MSG_NOSIGNAL) < 0 ? -1 : 0;
}

int
qmp_quit(struct qmp *q)
{
	return send_command(q, "{\"execute\":\"quit\"}\n");
}

static void
handle_event(struct qmp *q, const char *event, const json_t *data)
{
	const char *reason = json_string_value(json_object_get(data, "reason"));

	if (strcmp(event, "STOP") == 0 && q->step == QMP_RUNNING && !q->shutdown)
		q->stopped = true;
	if (strcmp(event, "SHUTDOWN") != 0 || q->shutdown)
		return;
	q->shutdown = true;
	q->by_guest = json_is_true(json_object_get(data, "guest"));
	q->by_reset = reason != NULL && strcmp(reason, "guest-reset") == 0;
}

/* {"qemu": {"major": N, "minor": N, "micro": N}, "package": "..."} */
static void
store_version(struct qmp *q, json_t *version)
{
	const char *package = json_string_value(json_object_get(version, "package"));
	int major, minor, micro;

	if (json_unpack(version, "{s:{s:i, s:i, s:i}}", "qemu", "major", &major, "minor", &minor,
			"micro", &micro) != 0)
		return;
	snprintf(q->version, sizeof(q->version), "%d.%d.%d", major, minor, micro);
	if (package != NULL && package[0] != '\0')
		snprintf(q->version, sizeof(q->version), "%d.%d.%d (%s)", major, minor, micro,
			 package);
}

/* "TYPE-machine" */
static void
store_machine(struct qmp *q, const char *type)
{
	static const char end[] = "-machine";
	size_t length = type != NULL ? strlen(type) : 0;

	if (length > strlen(end) && strcmp(type + length - strlen(end), end) == 0)
		snprintf(q->machine, sizeof(q->machine), "%.*s", (int)(length - strlen(end)), type);
}

static int
handle_reply(struct qmp *q, const json_t *answer)
{
	static const char ask[] = "{\"execute\":\"qom-get\",\"arguments\":{\"path\":\"/"
				  "machine\",\"property\":\"type\"}}\n";

	switch (q->step) {
	case QMP_CAPABILITIES:
		q->step = QMP_MACHINE;
		return send_command(q, ask);
	case QMP_MACHINE:
		store_machine(q, json_string_value(answer));
		q->step = QMP_CONT;
		return send_command(q, "{\"execute\":\"cont\"}\n");
	case QMP_CONT:
		q->step = QMP_RUNNING;
		return 0;
	default:
		return 0;
	}
}

static int
handle_object(struct qmp *q, const json_t *object)
{
	const char *event = json_string_value(json_object_get(object, "event"));
	const json_t *error = json_object_get(object, "error"),
		     *answer = json_object_get(object, "return");
	json_t *greeting = json_object_get(object, "QMP");

	if (event != NULL) {
		handle_event(q, event, json_object_get(object, "data"));
		return 0;
	}
	/* A machine whose type QEMU does not report is started all the same. */
	if (error != NULL && q->step == QMP_MACHINE)
		return handle_reply(q, NULL);
	if (error != NULL) {
		const char *what = json_string_value(json_object_get(error, "desc"));
		snprintf(q->error, sizeof(q->error), "%s",
			 what != NULL ? what : "an error without a description");
		return 0;
	}
	if (greeting != NULL && q->step == QMP_GREETING) {
		store_version(q, json_object_get(greeting, "version"));
		q->step = QMP_CAPABILITIES;
		return send_command(q, "{\"execute\":\"qmp_capabilities\"}\n");
	}
	return answer != NULL ? handle_reply(q, answer) : 0;
}

int
qmp_feed(struct qmp *q, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] != '\n') {
			/* A line longer than any of QEMU's is cut, and then not valid JSON. */
			if (q->used < sizeof(q->line))
				q->line[q->used++] = bytes[i];
			continue;
		}
		json_t *object = json_loadb(q->line, q->used, 0, NULL);
		int result = object != NULL ? handle_object(q, object) : 0;

		json_decref(object);
		q->used = 0;
		if (result != 0)
			return -1;
	}
	return 0;
}
