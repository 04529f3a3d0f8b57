/* SPDX-License-Identifier: MIT */
#include "target/cpu_model.h"

#include <stdio.h>
#include <string.h>

void
cpu_model(char model[CPU_MODEL_MAX])
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[256];

	model[0] = '\0';
	if (file == NULL)
		return;
	while (model[0] == '\0' && fgets(line, sizeof(line), file) != NULL) {
		const char *colon = strchr(line, ':');
		if (strncmp(line, "model name", strlen("model name")) != 0 || colon == NULL)
			continue;
		snprintf(model, CPU_MODEL_MAX, "%.*s", (int)strcspn(colon + 1, "\n"), colon + 1);
		memmove(model, model + strspn(model, " "), strlen(model + strspn(model, " ")) + 1);
	}
	fclose(file);
}
