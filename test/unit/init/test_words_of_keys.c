/* SPDX-License-Identifier: MIT */
/* Users, networks, mounts and globs in keys of an experiment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include <cmocka.h>

#include "base/match.h"
#include "mount_words.h"
#include "net_words.h"
#include "users.h"
#include "words.h"

static void
users_by_name_and_number(void **state)
{
	static const char passwd[] =
	    "root:x:0:0:root:/root:/bin/sh\nweb:x:33:33::/var/www:\nbad:x:y:z\nnohome:x:7:7";
	static const char group[] =
	    "root:x:0:\nweb:x:33:\nlog:x:4:web,root\ndisk:x:6:root,web\nweb2:x:33:web\n";
	const struct users users = {passwd, strlen(passwd), group, strlen(group)};
	struct user user;
	(void)state;

	assert_null(users_find(&users, "web", &user));
	assert_int_equal(user.uid, 33);
	assert_int_equal(user.gid, 33);
	assert_int_equal(user.group_count, 2);
	assert_int_equal(user.groups[0], 4);
	assert_int_equal(user.groups[1], 6);
	assert_memory_equal(user.home, "/var/www", user.home_length);
	assert_null(users_find(&users, "33", &user));
	assert_int_equal(user.group_count, 2);
	assert_null(users_find(&users, "web:disk", &user));
	assert_int_equal(user.gid, 6);
	assert_int_equal(user.group_count,
			 2); /* log, and web, which is no longer the primary group */
	assert_null(users_find(&users, "99:4", &user));
	assert_int_equal(user.uid, 99);
	assert_int_equal(user.gid, 4);
	assert_null(user.home);
	assert_null(users_find(&users, "nohome", &user));
	assert_null(user.home);
	assert_non_null(users_find(&users, "we", &user));
	assert_non_null(users_find(&users, "99", &user));
	assert_non_null(users_find(&users, "web:nobody", &user));
	assert_non_null(users_find(&users, "bad", &user));
	assert_non_null(users_find(&users, "4294967295:0", &user));
	const struct users none = {NULL, 0, NULL, 0};
	assert_null(users_find(&none, "1:2", &user));
	assert_non_null(users_find(&none, "root", &user));
}

static const char *
read_net(struct net_words *net, const char *text)
{
	char **words = words_split(text);
	const char *why = net_words_read(net, words);

	free(words);
	return why;
}

static void
networks(void **state)
{
	static const char *const bad[] = {"",
					  "eth0",
					  "eth0 10.0.0.1",
					  "eth0 10.0.0.1/33",
					  "eth0 10.0.0.1/0",
					  "eth0 10.0.0.256/8",
					  "eth0 10.0.0/8",
					  "eth0 1.2.3.4.5/8",
					  "0123456789abcdef up",
					  "a/b up",
					  "eth0 dhcp via=1.2.3.4",
					  "eth0 up route=0.0.0.0/0,1.2.3.4",
					  "eth0 10.0.0.1/8 via=x",
					  "eth0 10.0.0.1/8 route=10.1.1.1/8,10.0.0.2",
					  "eth0 10.0.0.1/8 route=10.0.0.0/8",
					  "eth0 dhcp deadline=0",
					  "eth0 dhcp deadline=3601",
					  "eth0 dhcp now"};
	struct net_words net;
	(void)state;

	assert_null(read_net(
	    &net, "eth0 10.0.2.15/24 via=10.0.2.2 route=192.168.0.0/16,10.0.2.3 deadline=5"));
	assert_string_equal(net.name, "eth0");
	assert_int_equal(net.kind, NET_STATIC);
	assert_int_equal(net.address, 0x0a00020f);
	assert_int_equal(net.prefix, 24);
	assert_int_equal(net.route_count, 2);
	assert_int_equal(net.routes[0].prefix, 0);
	assert_int_equal(net.routes[1].network, 0xc0a80000);
	assert_int_equal(net.routes[1].gateway, 0x0a000203);
	assert_int_equal(net.deadline_s, 5);
	assert_null(read_net(&net, "lan dhcp"));
	assert_int_equal(net.deadline_s, NET_DEADLINE_S);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(read_net(&net, bad[i]));
}

static void
mounts(void **state)
{
	char *const words[] = {"/dev/vda",   "/m", "ext4", "ro,noatime,data=journal,rw,nosuid",
			       "deadline=3", NULL};
	char *const twice[] = {"a", "/b", "c", "ro", "rw", NULL};
	char long_options[MOUNT_DATA_MAX + 1];
	char *const too_long[] = {"a", "/b", "c", long_options, NULL};
	struct mount_words mount;
	(void)state;

	assert_null(mount_words_read(&mount, words));
	assert_int_equal(mount.flags, MS_NOATIME | MS_NOSUID);
	assert_string_equal(mount.data, "data=journal");
	assert_int_equal(mount.deadline_s, 3);
	assert_non_null(mount_words_read(&mount, twice));
	memset(long_options, 'x', sizeof(long_options));
	long_options[MOUNT_DATA_MAX] = '\0';
	assert_non_null(mount_words_read(&mount, too_long));
	long_options[MOUNT_DATA_MAX - 1] = '\0';
	assert_null(mount_words_read(&mount, too_long));
}

static void
names_by_pattern(void **state)
{
	static const struct {
		const char *pattern, *name;
		bool does;
	} cases[] = {
	    {"*", "a", true},	       {"*", ".a", false},
	    {".*", ".a", true},	       {"a*c", "abbc", true},
	    {"a*c", "abbd", false},    {"?", "a", true},
	    {"?", "", false},	       {"??", "a", false},
	    {"[a-c]x", "bx", true},    {"[!a-c]x", "bx", false},
	    {"[]]", "]", true},	       {"[", "[", true},
	    {"[a", "[a", true},	       {"\\*", "*", true},
	    {"\\*", "a", false},       {"*a*b*", "xaxxbx", true},
	    {"*a*b*c", "aabbc", true}, {"a", "ab", false},
	    {"ab", "a", false},	       {"", "", true},
	    {"\\", "\\", true},	       {"[a-]", "-", true},
	    {"*.log", "x.log", true},  {"*.log", "x.lo", false},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(match_name(cases[i].pattern, cases[i].name), cases[i].does);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(users_by_name_and_number),
	    cmocka_unit_test(networks),
	    cmocka_unit_test(mounts),
	    cmocka_unit_test(names_by_pattern),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
