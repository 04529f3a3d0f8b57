/* SPDX-License-Identifier: MIT */
#include "image/microcode.h"

#include <stdint.h>

const char *const microcode_paths[] = {[MICROCODE_INTEL] = "kernel/x86/microcode/GenuineIntel.bin",
				       [MICROCODE_AMD] = "kernel/x86/microcode/AuthenticAMD.bin"};

/* Bytes of headers, and where in them 32-bit words are. */
enum {
	INTEL_HEADER = 48,
	INTEL_VERSION_AT = 0,
	INTEL_LOADER_AT = 20,
	INTEL_DATA_AT = 28,
	INTEL_TOTAL_AT = 32,
	INTEL_DATA = 2000, /* where the header says 0 */
	AMD_MAGIC = 0x00414d44,
	AMD_HEADER = 12,
	AMD_SECTION = 8,
	AMD_TABLE_ENTRY = 16,
	AMD_PATCH_HEADER = 64,
};

static const char truncated[] = "it is cut off";

static uint32_t
word(const unsigned char *bytes)
{
	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

enum microcode_maker
microcode_maker(const unsigned char *bytes, size_t size)
{
	if (size >= AMD_HEADER && word(bytes) == AMD_MAGIC)
		return MICROCODE_AMD;
	if (size >= INTEL_HEADER && word(bytes + INTEL_VERSION_AT) == 1 && word(bytes + INTEL_LOADER_AT) == 1)
		return MICROCODE_INTEL;
	return MICROCODE_NONE;
}

/* The update at the beginning of `bytes`; *used is its length. */
static const char *
check_intel(const unsigned char *bytes, size_t size, size_t *used)
{
	uint32_t data, total, sum = 0;

	if (microcode_maker(bytes, size) != MICROCODE_INTEL)
		return "what follows an update is none";
	data = word(bytes + INTEL_DATA_AT);
	total = data != 0 ? word(bytes + INTEL_TOTAL_AT) : INTEL_DATA + INTEL_HEADER;
	if (data == 0)
		data = INTEL_DATA;
	if (total % 4 != 0 || total < INTEL_HEADER || data % 4 != 0 || data > total - INTEL_HEADER)
		return "the sizes in an update's header are wrong";
	if (total > size)
		return truncated;
	/* Both parts have a sum of their own. */
	for (size_t at = 0; at < total; at += 4) {
		if (at == INTEL_HEADER + (size_t)data && sum != 0)
			break;
		sum += word(bytes + at);
	}
	if (sum != 0)
		return "an update's sum is wrong";
	*used = total;
	return NULL;
}

/* The container at the beginning of `bytes`; *used is its length: it ends where no patch follows. */
static const char *
check_amd(const unsigned char *bytes, size_t size, size_t *used)
{
	enum { TABLE, PATCH };
	size_t at = AMD_HEADER;

	if (microcode_maker(bytes, size) != MICROCODE_AMD || word(bytes + 4) != TABLE)
		return "what follows a container is none";
	if (word(bytes + 8) < AMD_TABLE_ENTRY || word(bytes + 8) > size - at)
		return truncated;
	at += word(bytes + 8);
	while (size - at >= AMD_SECTION && word(bytes + at) == PATCH) {
		uint32_t length = word(bytes + at + 4);
		at += AMD_SECTION;
		if (length < AMD_PATCH_HEADER || length > size - at)
			return truncated;
		at += length;
	}
	*used = at;
	return NULL;
}

const char *
microcode_problem(enum microcode_maker maker, const unsigned char *bytes, size_t size)
{
	const char *problem = NULL;
	size_t used = 0;

	for (size_t at = 0; at < size && problem == NULL; at += used)
		problem = maker == MICROCODE_INTEL ? check_intel(bytes + at, size - at, &used)
						   : check_amd(bytes + at, size - at, &used);
	return problem;
}
