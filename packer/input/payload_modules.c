/* SPDX-License-Identifier: MIT */
#include "input/payload.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "modules/module_names.h"
#include "modules/modules.h"

int
payload_modules(struct payload *payload, char *const *words)
{
	struct modules *modules = payload->modules;
	struct module *last = NULL;
	int result = 0;

	if (modules->kernel == NULL) {
		warnx("cannot pack the module %s: name its kernel with -k", words[0]);
		return -1;
	}
	if (modules_start(modules, payload->closure) != 0)
		return -1;
	module_names_foresee(&modules->set, words);
	for (; *words != NULL; words++) {
		if (strcmp(*words, "auto") == 0) {
			result |= module_names_devices(&modules->set, "/sys");
		} else if (strncmp(*words, "auto:", 5) == 0) {
			char *path = payload_absolute(payload, *words + 5);
			result |= module_names_devices(&modules->set, path);
			free(path);
		} else {
			result |= module_names_add(&modules->set, *words, payload_why(payload, "-m", *words), &last);
		}
	}
	return result;
}
