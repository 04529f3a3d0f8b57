/* SPDX-License-Identifier: MIT */
/*
 * Published vectors: FIPS 180-4 examples (NIST), SipHash's reference vectors, RFC 4648 section 10.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base64.h"
#include "percent.h"
#include "sha256.h"
#include "siphash.h"

static void
assert_sha256(const void *bytes, size_t length, size_t piece, const char *expected)
{
	unsigned char digest[SHA256_SIZE];
	char hex[2 * SHA256_SIZE + 1];
	struct text t = text_in(hex, sizeof(hex));
	struct sha256 s;

	sha256_start(&s);
	for (size_t at = 0; at < length; at += piece)
		sha256_add(&s, (const char *)bytes + at, length - at < piece ? length - at : piece);
	sha256_finish(&s, digest);
	for (int i = 0; i < SHA256_SIZE; i++)
		text_hex(&t, digest[i], 2);
	text_char(&t, '\0');
	assert_string_equal(hex, expected);
}

static void
sha256_vectors(void **state)
{
	static char million[1000000];
	(void)state;

	assert_sha256("", 0, 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_sha256("abc", 3, 3,
		      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, 7,
		      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	memset(million, 'a', sizeof(million));
	assert_sha256(million, sizeof(million), 997,
		      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Every length around the padding's edges gives the same hash in one piece and in many. */
static void
sha256_in_pieces(void **state)
{
	unsigned char bytes[200], whole[SHA256_SIZE], pieces[SHA256_SIZE];
	struct sha256 s;
	(void)state;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 7);
	for (size_t length = 0; length <= sizeof(bytes); length++) {
		sha256_start(&s);
		sha256_add(&s, bytes, length);
		sha256_finish(&s, whole);
		sha256_start(&s);
		for (size_t i = 0; i < length; i++)
			sha256_add(&s, bytes + i, 1);
		sha256_finish(&s, pieces);
		assert_memory_equal(whole, pieces, SHA256_SIZE);
	}
}

static void
siphash_vectors(void **state)
{
	static const uint64_t k0 = UINT64_C(0x0706050403020100), k1 = UINT64_C(0x0f0e0d0c0b0a0908);
	unsigned char bytes[64];
	(void)state;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)i;
	assert_true(siphash(k0, k1, bytes, 0) == UINT64_C(0x726fdb47dd0e0e31));
	assert_true(siphash(k0, k1, bytes, 1) == UINT64_C(0x74f839c593dc67fd));
	assert_true(siphash(k0, k1, bytes, 8) == UINT64_C(0x93f5f5799a932462));
	assert_true(siphash(k0, k1, bytes, 15) == UINT64_C(0xa129ca6149be45e5));
	assert_true(siphash(k0, k1, bytes, 63) == UINT64_C(0x958a324ceb064572));
}

static void
base64_vectors(void **state)
{
	static const struct {
		const char *plain, *encoded;
	} vectors[] = {{"", ""},	{"f", "Zg"},	    {"fo", "Zm8"},
		       {"foo", "Zm9v"}, {"foob", "Zm9vYg"}, {"foobar", "Zm9vYmFy"}};
	char out[16];
	(void)state;

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		size_t length = strlen(vectors[i].plain);
		struct text t = text_in(out, sizeof(out));

		base64_encode(&t, vectors[i].plain, length);
		assert_int_equal(t.used, base64_length(length));
		assert_memory_equal(out, vectors[i].encoded, t.used);
		assert_int_equal(base64_decode(vectors[i].encoded, t.used, out), length);
		assert_memory_equal(out, vectors[i].plain, length);
	}
	assert_int_equal(base64_decode("A", 1, out), -1);
	assert_int_equal(base64_decode("Zh", 2, out), -1); /* remaining bits are not zero */
	assert_int_equal(base64_decode("Z-8=", 4, out), -1);
}

static void
percent_round_trip(void **state)
{
	char all[256], encoded[1024], decoded[1024];
	struct text t = text_in(encoded, sizeof(encoded));
	(void)state;

	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	percent_encode(&t, all, sizeof(all), " \"");
	assert_false(t.full);
	for (size_t i = 0; i < t.used; i++)
		assert_true(encoded[i] > 0x20 && encoded[i] < 0x7f && encoded[i] != '"');
	assert_int_equal(percent_decode(encoded, t.used, decoded), 256);
	assert_memory_equal(decoded, all, sizeof(all));
	assert_int_equal(percent_decode("%4", 2, decoded), -1);
	assert_int_equal(percent_decode("a%zz", 4, decoded), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sha256_vectors),	  cmocka_unit_test(sha256_in_pieces),
	    cmocka_unit_test(siphash_vectors),	  cmocka_unit_test(base64_vectors),
	    cmocka_unit_test(percent_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
