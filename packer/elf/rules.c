/* SPDX-License-Identifier: MIT */
#include "elf/rules.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "elf/elf_symbol.h"
#include "host/elf.h"

#define NSS(database)                                                                              \
	.sonames = "libnss_%s.so.2", .words_of = "/etc/nsswitch.conf", .words_key = database ":",  \
	.built_in = "files dns", .built_in_since = "GLIBC_2.34"

const struct rule rules[RULES] = {
    /*
     * Without it, pthread_exit() and pthread_cancel() end the process (glibc, misc/unwind-link.c).
     */
    [RULE_UNWINDER] = {.name = "libgcc", .required = true, .sonames = "libgcc_s.so.1"},
    [RULE_BACKTRACE] = {.name = "libgcc", .sonames = "libgcc_s.so.1"},

    /* nsswitch.conf(5). The skeleton's own file names only services built into glibc since 2.34. */
    [RULE_PASSWD] = {.name = "nss", NSS("passwd"), .words_otherwise = "files"},
    [RULE_GROUP] = {.name = "nss", NSS("group"), .words_otherwise = "files"},
    [RULE_SHADOW] = {.name = "nss", NSS("shadow"), .words_otherwise = "files"},
    [RULE_HOSTS] = {.name = "nss", NSS("hosts"), .words_otherwise = "files dns"},
    [RULE_SERVICES] = {.name = "nss",
		       NSS("services"),
		       .words_otherwise = "files",
		       .below = "/etc",
		       .paths = "services"},
    [RULE_PROTOCOLS] = {.name = "nss",
			NSS("protocols"),
			.words_otherwise = "files",
			.below = "/etc",
			.paths = "protocols"},
    [RULE_NETWORKS] = {.name = "nss",
		       NSS("networks"),
		       .words_otherwise = "files",
		       .below = "/etc",
		       .paths = "networks"},
    [RULE_NETGROUP] = {.name = "nss", NSS("netgroup"), .words_otherwise = ""},

    /* UTF-8, ASCII, UCS-2 and UCS-4 are built into glibc; most of the other 8 MB is omitted. */
    [RULE_GCONV] = {.name = "gconv",
		    .below = "/usr/$LIB/gconv",
		    .paths = "gconv-modules.cache|gconv-modules UTF-16.so UTF-32.so ISO8859-1.so"},

    /*
     * All services, as the service name is known only at run time; of the modules, only those that
     * the services name.
     */
    [RULE_PAM] = {.name = "pam",
		  .below = "/etc",
		  .paths = "pam.conf pam.d/* security/*.conf environment login.defs"},
    [RULE_PAM_MODULES] = {.name = "pam",
			  .below = "/$LIB/security /usr/$LIB/security",
			  .paths = "%s",
			  .words_of = "/etc/pam.d/*"},

    /* Directories in which ncurses is configured to search on Debian, Fedora and Arch. */
    [RULE_TERMINFO] = {.name = "terminfo",
		       .below = "/etc/terminfo /lib/terminfo /usr/share/terminfo",
		       .paths = "d/dumb l/linux v/vt100 v/vt220 x/xterm"},

    /* C.UTF-8 for programs that require UTF-8. Others read no locale, as init sets none. */
    [RULE_LOCALE] = {.name = "locale",
		     .below = "/usr/lib/locale",
		     .paths = "C.utf8/* C.utf8/LC_MESSAGES/* C.UTF-8/* C.UTF-8/LC_MESSAGES/*"},

    [RULE_OPENSSL] = {.name = "openssl",
		      .below = "/usr/lib/ssl /etc/ssl /etc/pki/tls",
		      .paths = "openssl.cnf"},

    /*
     * Bundles of all certificates in one file: OpenSSL's cert.pem, and the files for which GnuTLS
     * and curl are configured on Debian, Arch and Fedora.
     */
    [RULE_CERTIFICATES] = {.name = "certificates",
			   .below = "/usr/lib/ssl /etc/ssl /etc/pki/tls",
			   .paths = "cert.pem certs/ca-certificates.crt certs/ca-bundle.crt"},

    /*
     * For programs that look up time zones by name. The image uses UTC wherever it is packed, so it
     * has no /etc/localtime.
     */
    [RULE_TIME_ZONES] = {.name = "zoneinfo",
			 .below = "/usr/share/zoneinfo",
			 .paths = "UTC Etc/UTC tzdata.zi leapseconds leap-seconds.list"},

    [RULE_PCI_IDS] = {.name = "pci.ids",
		      .below = "/usr/share /usr/share/misc /usr/share/hwdata",
		      .paths = "pci.ids|pci.ids.gz"},
};

const struct rule_trigger rule_symbols[] = {
    {"_ZNSt6chrono11locate_zoneESt17basic_string_viewIcSt11char_traitsIcEE", RULE_TIME_ZONES},
    {"_ZNSt6chrono12current_zoneEv", RULE_TIME_ZONES},
    {"_ZNSt6chrono8get_tzdbEv", RULE_TIME_ZONES},
    {"__gconv_open", RULE_GCONV},
    {"backtrace", RULE_BACKTRACE},
    {"getaddrinfo", RULE_HOSTS},
    {"getgrent", RULE_GROUP},
    {"getgrent_r", RULE_GROUP},
    {"getgrgid", RULE_GROUP},
    {"getgrgid_r", RULE_GROUP},
    {"getgrnam", RULE_GROUP},
    {"getgrnam_r", RULE_GROUP},
    {"getgrouplist", RULE_GROUP},
    {"gethostbyaddr", RULE_HOSTS},
    {"gethostbyaddr_r", RULE_HOSTS},
    {"gethostbyname", RULE_HOSTS},
    {"gethostbyname2", RULE_HOSTS},
    {"gethostbyname2_r", RULE_HOSTS},
    {"gethostbyname_r", RULE_HOSTS},
    {"gethostent", RULE_HOSTS},
    {"getnameinfo", RULE_HOSTS},
    {"getnetbyaddr", RULE_NETWORKS},
    {"getnetbyname", RULE_NETWORKS},
    {"getnetent", RULE_NETWORKS},
    {"getprotobyname", RULE_PROTOCOLS},
    {"getprotobyname_r", RULE_PROTOCOLS},
    {"getprotobynumber", RULE_PROTOCOLS},
    {"getprotobynumber_r", RULE_PROTOCOLS},
    {"getprotoent", RULE_PROTOCOLS},
    {"getpwent", RULE_PASSWD},
    {"getpwent_r", RULE_PASSWD},
    {"getpwnam", RULE_PASSWD},
    {"getpwnam_r", RULE_PASSWD},
    {"getpwuid", RULE_PASSWD},
    {"getpwuid_r", RULE_PASSWD},
    {"getservbyname", RULE_SERVICES},
    {"getservbyname_r", RULE_SERVICES},
    {"getservbyport", RULE_SERVICES},
    {"getservbyport_r", RULE_SERVICES},
    {"getservent", RULE_SERVICES},
    {"getspent", RULE_SHADOW},
    {"getspnam", RULE_SHADOW},
    {"getspnam_r", RULE_SHADOW},
    {"iconv_open", RULE_GCONV},
    {"initgroups", RULE_GROUP},
    {"innetgr", RULE_NETGROUP},
    {"pthread_cancel", RULE_UNWINDER},
    {"pthread_exit", RULE_UNWINDER},
    {"setnetgrent", RULE_NETGROUP},
    {"thrd_exit", RULE_UNWINDER},
};

const struct rule_trigger rule_libraries[] = {
    {"libcrypto.so.", RULE_OPENSSL},   {"libgnutls.so.", RULE_CERTIFICATES},
    {"libncurses.so.", RULE_TERMINFO}, {"libncursesw.so.", RULE_TERMINFO},
    {"libpam.so.", RULE_PAM},	       {"libpam.so.", RULE_PAM_MODULES},
    {"libpci.so.", RULE_PCI_IDS},      {"libssl.so.", RULE_CERTIFICATES},
    {"libtinfo.so.", RULE_TERMINFO},   {"libtinfow.so.", RULE_TERMINFO},
};

const struct rule_trigger rule_programs[] = {
    {"locale", RULE_LOCALE},	   {"mosh-client", RULE_LOCALE}, {"mosh-server", RULE_LOCALE},
    {"postgres", RULE_TIME_ZONES}, {"tmux", RULE_LOCALE},	 {"zdump", RULE_TIME_ZONES},
};

const size_t rule_symbol_count = sizeof(rule_symbols) / sizeof(*rule_symbols);
const size_t rule_library_count = sizeof(rule_libraries) / sizeof(*rule_libraries);
const size_t rule_program_count = sizeof(rule_programs) / sizeof(*rule_programs);

static int
compare_trigger(const void *name, const void *trigger)
{
	return strcmp(name, ((const struct rule_trigger *)trigger)->name);
}

/*
 * A hash of the first three characters. Most symbols are in no rule: the hash rules out nearly all
 * of them without a search.
 */
static unsigned
first_characters(const char *name)
{
	unsigned sum = (unsigned char)name[0];

	for (int i = 1; i < 3 && name[i - 1] != '\0'; i++)
		sum = sum * 5 + (unsigned char)name[i];
	return sum % 256;
}

/*
 * An object that does not need glibc imports these names from another C library, to which the
 * rules do not apply.
 */
static bool
needs_glibc(const struct elf *elf)
{
	const char *name;
	uint64_t at = 0;

	while ((name = elf_next(elf, DT_NEEDED, &at)) != NULL)
		if (strncmp(name, "libc.so.6", strlen("libc.so.6")) == 0)
			return true;
	return false;
}

uint32_t
rules_match(const struct elf *elf, const char *soname)
{
	struct elf_symbols symbols;
	bool begins[256] = {false};
	const char *name;
	uint32_t set = 0;

	for (size_t i = 0; soname != NULL && i < rule_library_count; i++)
		if (strncmp(soname, rule_libraries[i].name, strlen(rule_libraries[i].name)) == 0)
			set |= UINT32_C(1) << rule_libraries[i].rule;
	if (!needs_glibc(elf))
		return set;
	for (size_t i = 0; i < rule_symbol_count; i++)
		begins[first_characters(rule_symbols[i].name)] = true;
	elf_symbols_start(elf, &symbols);
	while ((name = elf_next_import(elf, &symbols)) != NULL) {
		if (!begins[first_characters(name)])
			continue;
		const struct rule_trigger *found = bsearch(name, rule_symbols, rule_symbol_count,
							   sizeof(*rule_symbols), compare_trigger);
		if (found != NULL)
			set |= UINT32_C(1) << found->rule;
	}
	return set;
}

uint32_t
rules_match_name(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	const struct rule_trigger *found = bsearch(name, rule_programs, rule_program_count,
						   sizeof(*rule_programs), compare_trigger);

	return found != NULL ? UINT32_C(1) << found->rule : 0;
}
