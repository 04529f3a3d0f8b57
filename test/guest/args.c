/* SPDX-License-Identifier: MIT */
/* Prints each argument as "NUMBER LENGTH HEX", so that no other program can hide a change. */
#include <stdio.h>
#include <string.h>

int
main(int argc, char *argv[])
{
	printf("argc %d\n", argc);
	for (int i = 1; i < argc; i++) {
		printf("%d %zu ", i, strlen(argv[i]));
		for (const char *at = argv[i]; *at != '\0'; at++)
			printf("%02x", (unsigned char)*at);
		printf("\n");
	}
	return 0;
}
