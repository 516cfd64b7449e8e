/* SPDX-License-Identifier: ISC */
#include "listener_settings.h"

#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accounts.h"
#include "backend.h"
#include "convention.h"
#include "listen_fds.h"
#include "nearest_word.h"
#include "number.h"
#include "options.h"
#include "request.h"
#include "socket_option.h"
#include "sockopt.h"
#include "text.h"

/* As listener_wrong(), with the suggestion of NEAREST. */
static bool
wrong_word(struct listener_problem *problem, const char *text, const char *word,
    const struct nearest_word *nearest)
{
	*problem = (struct listener_problem) { .text = text, .word = word };
	if (nearest->right)
		snprintf(problem->right, sizeof problem->right, "%s%s", nearest->prefix,
		    nearest->right);
	return false;
}

static bool
lacks_value(struct listener_problem *problem)
{
	return listener_wrong(problem, "value missing", NULL);
}

/* Whether TEXT is WORD, which is in small letters; strcasecmp(3) would be bound at every start. */
static bool
is_same_word(const char *text, const char *word)
{
	for (; *text && *word; text++, word++)
		if (*text != *word && (*text < 'A' || *text > 'Z' || *text - 'A' + 'a' != *word))
			return false;
	return *text == *word;
}

/* What other programs have for yes and no; "on" resembles no more than yes. */
static const char *
flag_meant(const char *value)
{
	static const char words[2][6][8] = { { "yes", "y", "on", "true", "1", "enable" },
		{ "no", "n", "off", "false", "0", "disable" } };

	for (size_t meaning = 0; meaning < 2; meaning++)
		for (size_t i = 0; i < sizeof words[0] / sizeof words[0][0]; i++)
			if (is_same_word(value, words[meaning][i]))
				return words[meaning][0];
	return NULL;
}

/* A setting of yes or no without a value is yes. */
static bool
read_flag(const char *value, bool *flag, struct listener_problem *problem)
{
	struct nearest_word nearest;

	*flag = !value || strcmp(value, "yes") == 0;
	if (*flag || strcmp(value, "no") == 0)
		return true;
	if (!*value)
		return lacks_value(problem);
	nearest_word_begin(&nearest, value, strlen(value));
	nearest.right = flag_meant(value);
	if (nearest.right)
		nearest.prefix = "";
	else {
		nearest_word_offer(&nearest, "yes");
		nearest_word_offer(&nearest, "no");
	}
	return wrong_word(problem, "not yes or no: ", value, &nearest);
}

static bool
wrong_range(struct listener_problem *problem, const char *value, long long least,
    long long greatest)
{
	listener_wrong(problem, problem->range, value);
	snprintf(problem->range, sizeof problem->range, "not %lld to %lld: ", least, greatest);
	return false;
}

static bool
is_hexadecimal(const char *value)
{
	static const struct number_rule rule = { .base = 0, .maximum = LLONG_MAX };
	long long number;

	return value[0] == '0' && (value[1] == 'x' || value[1] == 'X')
	    && number_read(value, &rule, &number) != NUMBER_MALFORMED;
}

/* In decimal. */
static bool
read_number(const char *value, long long least, long long greatest, long long *number,
    struct listener_problem *problem)
{
	const struct number_rule rule = { .base = 10, .sign_allowed = value && *value == '-',
		.minimum = least, .maximum = greatest };

	if (!value || !*value)
		return lacks_value(problem);
	switch (number_read(value, &rule, number)) {
	case NUMBER_MALFORMED:
		return listener_wrong(problem, is_hexadecimal(value) ? "not a decimal number: "
		    : "not a number: ", value);
	case NUMBER_OUT_OF_RANGE:
		return wrong_range(problem, value, least, greatest);
	case NUMBER_READ:
		break;
	}
	return *value != '-' || wrong_range(problem, value, least, greatest); /* -0 */
}

/* ERROR is what accounts.h returned for NAME. */
static bool
wrong_account(struct listener_problem *problem, int error, const char *unknown, const char *name,
    const char *call)
{
	listener_wrong(problem, unknown, name);
	if (error != ACCOUNT_UNKNOWN) {
		problem->call = call;
		problem->error = error;
	}
	return false;
}

/* ---- settings that are not socket options ---- */

static bool
set_name(struct listener *listener, char *value, struct listener_problem *problem)
{
	size_t length = value ? strlen(value) : 0;

	if (length == 0)
		return lacks_value(problem);
	if (length > LISTEN_NAME_MAX)
		return listener_wrong(problem, "a name has 1 to 255 characters", NULL);
	if (!listen_name_is_valid(value))
		return listener_wrong(problem, "a name is printable ASCII without colons: ", value);
	listener->name = value;
	return true;
}

static bool
lacks_backlog(const struct listener *listener, struct listener_problem *problem)
{
	return listener_wrong(problem, listener->request.kind == BINDCHAIN_FIFO
	        ? "a FIFO has no backlog" : "datagram sockets have no backlog", NULL);
}

static bool
set_backlog(struct listener *listener, char *value, struct listener_problem *problem)
{
	long long number = BINDCHAIN_BACKLOG_MAXIMUM;

	if (listener->request.backlog == BINDCHAIN_NO_LISTEN)
		return lacks_backlog(listener, problem);
	if ((!value || !convention_is_maximum_backlog(value))
	    && !read_number(value, 0, INT_MAX, &number, problem))
		return false;
	listener->request.backlog = (int)number;
	listener->has_backlog = true;
	return true;
}

static bool
set_least_backlog(struct listener *listener, char *value, struct listener_problem *problem)
{
	long long number;

	if (listener->request.backlog == BINDCHAIN_NO_LISTEN)
		return lacks_backlog(listener, problem);
	if (!read_number(value, 0, INT_MAX, &number, problem))
		return false;
	listener->request.least_backlog = (int)number;
	return true;
}

/* FreeBSD balances among 256 sockets, and gives more no connections (INPCBLBGROUP_SIZMAX of
 * netinet/in_pcb.c). */
#define COUNT_MAX 256

static bool
set_count(struct listener *listener, char *value, struct listener_problem *problem)
{
	long long number;

	if (!read_number(value, 1, COUNT_MAX, &number, problem))
		return false;
	listener->count = (int)number;
	return true;
}

static bool
set_least_buffer(struct listener *listener, const char *value, struct listener_problem *problem)
{
	long long number;

	if (!read_number(value, 0, INT_MAX, &number, problem))
		return false;
	listener->request.least_receive_buffer = (int)number;
	return true;
}

static bool
set_wait(struct listener *listener, char *value, struct listener_problem *problem)
{
	long long number;

	if (!read_number(value, 0, INT_MAX, &number, problem))
		return false;
	listener->request.wait = (int)number;
	return true;
}

static bool
set_mode(struct permissions *access, char *value, struct listener_problem *problem)
{
	const struct number_rule rule
	    = { .base = 8, .sign_allowed = value && *value == '-', .maximum = 07777 };
	enum number_result result;
	long long mode;

	if (!value || !*value)
		return lacks_value(problem);
	result = number_read(value, &rule, &mode);
	if (result == NUMBER_MALFORMED)
		return listener_wrong(problem, "not an octal number: ", value);
	if (result == NUMBER_OUT_OF_RANGE || *value == '-') /* -0 */
		return listener_wrong(problem, "not 0 to 07777: ", value);
	access->has_mode = true;
	access->mode = (mode_t)mode;
	return true;
}

/* chown(2): the largest id leaves the owner unchanged. */
#define ID_MAX (UINT_MAX - 1LL)

static bool
set_owner(struct permissions *access, char *value, struct listener_problem *problem)
{
	long long number;
	gid_t own_group;
	int error;

	if (!value || !*value)
		return lacks_value(problem);
	access->has_user = true;
	if (number_is_digits(value)) {
		if (!read_number(value, 0, ID_MAX, &number, problem))
			return false;
		access->user = (uid_t)number;
		return true;
	}
	error = account_find_user(value, &access->user, &own_group);
	return error == 0
	    || wrong_account(problem, error, "no such user: ", value, "getpwnam");
}

static bool
set_group(struct permissions *access, char *value, struct listener_problem *problem)
{
	long long number;
	int error;

	if (!value || !*value)
		return lacks_value(problem);
	access->has_group = true;
	if (number_is_digits(value)) {
		if (!read_number(value, 0, ID_MAX, &number, problem))
			return false;
		access->group = (gid_t)number;
		return true;
	}
	error = account_find_group(value, &access->group);
	return error == 0
	    || wrong_account(problem, error, "no such group: ", value, "getgrnam");
}

static bool
set_symlink(struct listener *listener, char *value, struct listener_problem *problem)
{
	if (!value || !*value)
		return lacks_value(problem);
	listener->request.symlink = value;
	return true;
}

static bool
is_setting(enum bindchain_option option)
{
	return option != BINDCHAIN_V6ONLY; /* set by `dual` */
}

/* LEVEL, NAME or VALUE at TEXT, decimal, octal or hexadecimal as in C; AFTER follows it. */
static bool
read_part(char **text, char after, const struct number_rule *rule, int *number)
{
	char *end = strchr(*text, after);
	long long large;

	if (!end)
		return false;
	*end = '\0';
	if (number_read(*text, rule, &large) != NUMBER_READ) {
		*end = after;
		return false;
	}
	*end = after;
	*text = end + (after != '\0');
	*number = (int)large;
	return true;
}

/* Listeners of one argument share them, for as long as this process runs. */
static bool
has_room(struct request *request, struct listener_problem *problem)
{
	if (!request->numbered)
		request->numbered = calloc(NUMBERED_OPTIONS_MAX, sizeof *request->numbered);
	if (request->numbered)
		return true;
	listener_wrong(problem, "", "an option by number");
	problem->call = "allocate";
	problem->error = ENOMEM;
	return false;
}

static bool
set_numbered(struct listener *listener, char *value, struct listener_problem *problem)
{
	static const struct number_rule name = { .base = 0, .maximum = INT_MAX };
	static const struct number_rule any = { .base = 0, .sign_allowed = true,
		.minimum = INT_MIN, .maximum = INT_MAX };
	struct request *request = &listener->request;
	struct numbered_option *numbered;
	enum bindchain_option option;
	char *rest = value;

	if (!value || !*value)
		return lacks_value(problem);
	if (request->numbered_count == NUMBERED_OPTIONS_MAX)
		return listener_wrong(problem, "more than 8 of them", NULL);
	if (!has_room(request, problem))
		return false;
	numbered = &request->numbered[request->numbered_count];
	if (!read_part(&rest, ':', &name, &numbered->level)
	    || !read_part(&rest, ':', &name, &numbered->name)
	    || !read_part(&rest, '\0', &any, &numbered->value))
		return listener_wrong(problem, "not LEVEL:NAME:VALUE, three numbers: ", value);
	if (sockopt_find(numbered->level, numbered->name, &option)) {
		listener_wrong(problem, "a setting has this option: ", value);
		snprintf(problem->right, sizeof problem->right, "%s",
		    is_setting(option) ? option_table[option].name : "dual");
		return false;
	}
	snprintf(numbered->text, sizeof numbered->text, "%d:%d", numbered->level, numbered->name);
	request->numbered_count++;
	return true;
}

enum families {
	INTERNET = 1,
	LOCAL = 2,
	NETLINK = 4,
	VSOCK = 8,
	SOCKETS = 15,
	BUFFERED = SOCKETS & ~VSOCK, /* vsock ignores SO_RCVBUF: net/vmw_vsock/af_vsock.c */
	NAMED_PIPE = 16, /* a FIFO */
	PATHS = LOCAL | NAMED_PIPE,
	ANY = SOCKETS | NAMED_PIPE
};

enum setting {
	FLAG, /* a bool of struct listener */
	NAME,
	BACKLOG,
	LEAST_BACKLOG,
	COUNT,
	WAIT,
	MODE,
	OWNER,
	GROUP,
	LEAST_BUFFER,
	SYMLINK,
	NUMBERED
};

static const struct {
	char name[24], value[20], help[48]; /* value: for usage texts */
	enum families families;
	enum setting setting;
	size_t flag; /* its offset, or that of the struct permissions */
} settings[] = {
#define TEXT(field, text) .field = FIXED_TEXT(sizeof settings->field, text)
#define SETTING(word, usage, meaning, kinds, ...) { TEXT(name, word), TEXT(value, usage), \
	    TEXT(help, meaning), .families = (kinds), .setting = __VA_ARGS__ }
#define SETS(field) FLAG, .flag = offsetof(struct listener, field)
#define PART_OF(field, part) part, .flag = offsetof(struct listener, field)
	SETTING("name", "=NAME", "name the socket in LISTEN_FDNAMES", ANY, NAME),
	SETTING("backlog", "=N|max", "limit the accept queue to N connections", ANY, BACKLOG),
	SETTING("least-backlog", "=N", "fail if the system limits the queue to fewer", ANY,
	    LEAST_BACKLOG),
	SETTING("fixed-port", "[=yes|no]", "fail if another port was bound", INTERNET,
	    SETS(request.fixed_port)),
	SETTING("dual", "[=yes|no]", "let [::] receive IPv4 traffic too (dual-stack)", INTERNET,
	    SETS(dual)),
	SETTING("check-interfaces", "[=yes|no]", "use only families that an interface has", INTERNET,
	    SETS(check_interfaces)),
	SETTING("exclusive", "[=yes|no]", "fail if another socket would share the traffic", INTERNET,
	    SETS(request.exclusive)),
	SETTING("nonblocking", "[=yes|no]", "set O_NONBLOCK", ANY, SETS(request.nonblocking)),
	SETTING("prefer-both", "[=yes|no]", "leave out a family that this host lacks", INTERNET,
	    SETS(prefer_both)),
	SETTING("count", "=N", "open N sockets on each address, with balance", INTERNET, COUNT),
	SETTING("all", "[=yes|no]", "open a socket for every address of the name", INTERNET,
	    SETS(all)),
	SETTING("wait", "=SECONDS", "wait for address, interface and port", INTERNET, WAIT),
	SETTING("least-receive-buffer", "=N", "fail if the receive buffer has fewer bytes", BUFFERED,
	    LEAST_BUFFER),
	SETTING("inherit", "[=yes|no]", "take the inherited socket, if there is one", ANY,
	    SETS(inherit)),
	SETTING("mode", "=OCTAL", "set the mode of the path", PATHS,
	    PART_OF(request.access, MODE)),
	SETTING("owner", "=USER", "set the owner of the path, by name or number", PATHS,
	    PART_OF(request.access, OWNER)),
	SETTING("group", "=GROUP", "set the group of the path, by name or number", PATHS,
	    PART_OF(request.access, GROUP)),
	SETTING("directory-mode", "=OCTAL", "make the directory with this mode, if missing", PATHS,
	    PART_OF(request.directory, MODE)),
	SETTING("directory-owner", "=USER", "set the owner of a directory that is made", PATHS,
	    PART_OF(request.directory, OWNER)),
	SETTING("directory-group", "=GROUP", "set the group of a directory that is made", PATHS,
	    PART_OF(request.directory, GROUP)),
	SETTING("read-only", "[=yes|no]", "let end-of-file follow the FIFO's last writer", NAMED_PIPE,
	    SETS(request.read_only)),
	SETTING("symlink", "=PATH", "make a symbolic link to the path", PATHS, SYMLINK),
	SETTING("option", "=LEVEL:NAME:VALUE", "set a socket option by number, unportably", SOCKETS,
	    NUMBERED),
};
#define SETTINGS (sizeof settings / sizeof *settings)

static bool
set(struct listener *listener, size_t row, char *value, struct listener_problem *problem)
{
	void *field = (char *)listener + settings[row].flag;

	switch (settings[row].setting) {
	case FLAG:
		return read_flag(value, field, problem);
	case NAME:
		return set_name(listener, value, problem);
	case BACKLOG:
		return set_backlog(listener, value, problem);
	case LEAST_BACKLOG:
		return set_least_backlog(listener, value, problem);
	case COUNT:
		return set_count(listener, value, problem);
	case WAIT:
		return set_wait(listener, value, problem);
	case MODE:
		return set_mode(field, value, problem);
	case OWNER:
		return set_owner(field, value, problem);
	case GROUP:
		return set_group(field, value, problem);
	case LEAST_BUFFER:
		return set_least_buffer(listener, value, problem);
	case SYMLINK:
		return set_symlink(listener, value, problem);
	case NUMBERED:
		return set_numbered(listener, value, problem);
	}
	return false;
}

static enum families
family_of(enum bindchain_kind kind)
{
	switch (kind) {
	case BINDCHAIN_TCP:
	case BINDCHAIN_UDP:
		return INTERNET;
	case BINDCHAIN_NETLINK:
		return NETLINK;
	case BINDCHAIN_VSOCK_STREAM:
	case BINDCHAIN_VSOCK_SEQPACKET:
		return VSOCK;
	case BINDCHAIN_FIFO:
		return NAMED_PIPE;
	default:
		return LOCAL;
	}
}

/* ---- socket options: the rows of option_table ---- */

/* "not nothing, data, http, tls or dns: " */
static bool
no_such_word(const struct option_row *row, const char *value, const struct nearest_word *nearest,
    struct listener_problem *problem)
{
	size_t length;

	wrong_word(problem, problem->range, value, nearest);
	length = (size_t)snprintf(problem->range, sizeof problem->range, "not ");
	for (int i = 0; row->words[i][0]; i++)
		length += (size_t)snprintf(problem->range + length, sizeof problem->range - length,
		    "%s%s", i == 0 ? "" : row->words[i + 1][0] ? ", " : " or ", row->words[i]);
	snprintf(problem->range + length, sizeof problem->range - length, ": ");
	return false;
}

static bool
read_word(const struct option_row *row, const char *value, int *number,
    struct listener_problem *problem)
{
	struct nearest_word nearest;

	if (!value || !*value)
		return lacks_value(problem);
	nearest_word_begin(&nearest, value, strlen(value));
	for (int i = 0; row->words[i][0]; i++) {
		if (strcmp(row->words[i], value) == 0) {
			*number = i;
			return true;
		}
		nearest_word_offer(&nearest, row->words[i]);
	}
	return no_such_word(row, value, &nearest, problem);
}

static bool
read_device(struct listener *listener, char *value, int *number,
    struct listener_problem *problem)
{
	unsigned interface;
	int error;

	if (!value || !*value)
		return lacks_value(problem);
	interface = if_nametoindex(value);
	error = errno;
	listener->request.device = value;
	*number = interface != 0 ? (int)interface : BINDCHAIN_MISSING_INTERFACE;
	if (interface != 0)
		return true;
	listener_wrong(problem, "no such interface: ", value);
	/* ENODEV on Linux, ENXIO on the others. */
	problem->may_come = strlen(value) < IF_NAMESIZE && (error == ENODEV || error == ENXIO);
	if (error != ENODEV && error != ENXIO) {
		problem->call = "if_nametoindex";
		problem->error = error;
	}
	return false;
}

/* Hexadecimal, as ip-rule(8) and iptables(8) show it, or decimal. */
static bool
read_mask(const char *value, int *number, struct listener_problem *problem)
{
	if (!value || !*value)
		return lacks_value(problem);
	switch (number_read_mask(value, number)) {
	case NUMBER_MALFORMED:
		return listener_wrong(problem, "not a number: ", value);
	case NUMBER_OUT_OF_RANGE:
		return listener_wrong(problem, "not 0 to 0xffffffff: ", value);
	case NUMBER_READ:
		break;
	}
	return true;
}

static bool
read_option_number(enum bindchain_option option, const char *value, int *number,
    struct listener_problem *problem)
{
	long long large;

	if (option_table[option].is_mask)
		return read_mask(value, number, problem);
	if (!read_number(value, option_table[option].least, option_greatest(option), &large,
	        problem))
		return false;
	*number = (int)large;
	return true;
}

/* Whether there is such a name is the kernel's to say. */
static bool
read_option_text(struct listener *listener, const char *value, int *number,
    struct listener_problem *problem)
{
	if (!value || !*value)
		return lacks_value(problem);
	if (strlen(value) >= OPTION_TEXT_SIZE)
		return listener_wrong(problem, "longer than 15 bytes: ", value);
	listener->request.congestion = value;
	*number = 1;
	return true;
}

static bool
read_socket_option(struct listener *listener, enum bindchain_option option, char *value,
    int *number, struct listener_problem *problem)
{
	bool flag;

	switch (option_table[option].value) {
	case OPTION_FLAG:
		if (!read_flag(value, &flag, problem))
			return false;
		*number = flag;
		return true;
	case OPTION_NUMBER:
		return read_option_number(option, value, number, problem);
	case OPTION_WORD:
		return read_word(&option_table[option], value, number, problem);
	case OPTION_INTERFACE:
		return read_device(listener, value, number, problem);
	case OPTION_TEXT:
		return read_option_text(listener, value, number, problem);
	}
	return false;
}

static bool
has_socket_options(enum bindchain_kind kind)
{
	return kind != BINDCHAIN_FIFO;
}

static const char prefer[] = "prefer-";
#define PREFER_LENGTH (sizeof prefer - 1)

static bool
unknown_setting(const struct listener *listener, const char *name,
    struct listener_problem *problem)
{
	struct nearest_word nearest;

	for (size_t i = 0; i < SETTINGS; i++)
		if (strncmp(name, prefer, PREFER_LENGTH) == 0
		    && strcmp(name + PREFER_LENGTH, settings[i].name) == 0)
			return listener_wrong(problem, "only socket options can be preferred: ",
			    name);
	nearest_word_begin(&nearest, name, strlen(name));
	for (size_t i = 0; i < SETTINGS; i++)
		if (settings[i].families & family_of(listener->request.kind))
			nearest_word_offer(&nearest, settings[i].name);
	for (int i = 0; i < BINDCHAIN_OPTIONS; i++)
		if (has_socket_options(listener->request.kind) && is_setting((enum bindchain_option)i)) {
			nearest_word_offer(&nearest, option_table[i].name);
			nearest_word_offer_prefixed(&nearest, prefer, option_table[i].name);
		}
	return wrong_word(problem, "unknown setting: ", name, &nearest);
}

/* A message about a value names its setting. */
static bool
finish(bool is_right, struct listener_problem *problem)
{
	problem->in_value = !is_right;
	return is_right;
}

/* NAME may have the prefix. */
static bool
set_socket_option(struct listener *listener, const char *name, char *value,
    struct listener_problem *problem)
{
	bool preferred = strncmp(name, prefer, PREFER_LENGTH) == 0;
	const char *option = name + (preferred ? PREFER_LENGTH : 0);

	for (int i = 0; i < BINDCHAIN_OPTIONS; i++) {
		struct option_setting *setting = &listener->request.options[i];
		if (!is_setting((enum bindchain_option)i) || strcmp(option_table[i].name, option) != 0)
			continue;
		if (!has_socket_options(listener->request.kind))
			return listener_wrong(problem, "not a setting of this kind of socket: ",
			    name);
		setting->want = preferred ? BINDCHAIN_PREFERRED : BINDCHAIN_REQUIRED;
		return finish(read_socket_option(listener, (enum bindchain_option)i, value,
		    &setting->value, problem), problem);
	}
	return unknown_setting(listener, name, problem);
}

bool
listener_set(struct listener *listener, char *setting, struct listener_problem *problem)
{
	char *value = strchr(setting, '=');

	if (!*setting)
		return listener_wrong(problem, "setting missing after a comma", NULL);
	if (value == setting)
		return listener_wrong(problem, "name of a setting missing: ", setting);
	if (value)
		*value++ = '\0';
	for (size_t i = 0; i < SETTINGS; i++) {
		if (strcmp(settings[i].name, setting) != 0)
			continue;
		if (!(settings[i].families & family_of(listener->request.kind)))
			return listener_wrong(problem, "not a setting of this kind of socket: ",
			    setting);
		return finish(set(listener, i, value, problem), problem);
	}
	return set_socket_option(listener, setting, value, problem);
}

/* ---- help ---- */

static void
write_value(struct text *text, const struct option_row *row)
{
	switch (row->value) {
	case OPTION_FLAG:
		text_printf(text, "[=yes|no]");
		break;
	case OPTION_NUMBER:
		text_printf(text, "=N");
		break;
	case OPTION_INTERFACE:
		text_printf(text, "=INTERFACE");
		break;
	case OPTION_TEXT:
		text_printf(text, "=NAME");
		break;
	case OPTION_WORD:
		for (int i = 0; row->words[i][0]; i++)
			text_printf(text, "%s%s", i ? "|" : "=", row->words[i]);
		break;
	}
}

/* The socket option that is the setting with that index; BINDCHAIN_OPTIONS: there is none. */
static enum bindchain_option
option_of(size_t index)
{
	int option = 0;

	if (index < SETTINGS)
		return BINDCHAIN_OPTIONS;
	for (index -= SETTINGS; option < BINDCHAIN_OPTIONS; option++)
		if (is_setting((enum bindchain_option)option) && index-- == 0)
			break;
	return (enum bindchain_option)option;
}

bool
listener_setting_usage(size_t index, struct setting_usage *usage)
{
	struct text value;

	text_init(&value);
	*usage = (struct setting_usage) { .option = option_of(index) };
	if (index < SETTINGS) {
		usage->name = settings[index].name;
		usage->meaning = settings[index].help;
		text_printf(&value, "%s", settings[index].value);
	} else if (usage->option < BINDCHAIN_OPTIONS) {
		usage->name = option_table[usage->option].name;
		usage->meaning = option_table[usage->option].meaning;
		write_value(&value, &option_table[usage->option]);
	} else
		return false;
	snprintf(usage->value, sizeof usage->value, "%s", text_string(&value));
	return true;
}

static bool
listens(enum bindchain_kind kind)
{
	struct request request;

	request_init(&request, kind);
	return request.backlog != BINDCHAIN_NO_LISTEN;
}

bool
listener_setting_is_for(size_t index, enum bindchain_kind kind)
{
	if (index < SETTINGS && (settings[index].setting == BACKLOG
	        || settings[index].setting == LEAST_BACKLOG) && !listens(kind))
		return false;
	if (index < SETTINGS)
		return (settings[index].families & family_of(kind)) != 0;
	if (!has_socket_options(kind))
		return false;
	switch (option_table[option_of(index)].sockets) {
	case OPTION_OF_PORTS:
		return kind == BINDCHAIN_TCP || kind == BINDCHAIN_UDP;
	case OPTION_OF_TCP:
		return kind == BINDCHAIN_TCP;
	case OPTION_OF_UDP:
		return kind == BINDCHAIN_UDP;
	case OPTION_OF_ANY:
		break;
	}
	return true;
}

/* The order of bindchain-listen(1).  Rows that are not here follow at the end. */
static const char help_order[][24] = {
	"All sockets:", "name", "inherit", "nonblocking", "receive-buffer", "send-buffer",
	"least-receive-buffer",
	"Listening sockets:", "backlog", "least-backlog", "wait-for",
	"TCP and UDP addresses:", "reuse-address", "share", "balance", "count", "exclusive",
	"fixed-port", "dual", "prefer-both", "check-interfaces", "all", "wait", "bind-any", "device",
	"transparent", "fib",
	"TCP connections:", "keepalive", "keepalive-idle", "keepalive-interval", "keepalive-count",
	"nodelay", "user-timeout", "max-segment", "fast-open", "congestion", "mptcp",
	"Packets of TCP and UDP:", "hop-limit", "traffic-class", "mark", "priority", "broadcast",
	"packet-info", "timestamps",
	"Paths:", "mode", "owner", "group", "directory-mode", "directory-owner", "directory-group",
	"symlink", "read-only",
	"Unix and netlink:", "pass-credentials", "pass-security", "pass-pidfd",
	"After the handover:", "locked",
	"Other options:", "option",
};
#define HELP_ROWS (sizeof help_order / sizeof *help_order)

static bool
is_ordered(const char *name)
{
	for (size_t i = 0; i < HELP_ROWS; i++)
		if (strcmp(help_order[i], name) == 0)
			return true;
	return false;
}

/* The setting of that NAME; NULL: all without a place in the order. */
static void
print_row(const char *name)
{
	struct setting_usage usage;
	struct text written;

	for (size_t i = 0; listener_setting_usage(i, &usage); i++) {
		if (name ? strcmp(name, usage.name) != 0 : is_ordered(usage.name))
			continue;
		text_init(&written);
		text_printf(&written, "%s%s", usage.name, usage.value);
		options_print_item(text_string(&written), usage.meaning);
	}
}

void
listener_print_settings(void)
{
	printf("\nADDRESS is [HOST]:PORT, PATH a path or @NAME, PROTOCOL a name such as route or"
	    "\nroute:GROUPS, CID any, host, local or a number; settings follow it, each after a comma."
	    "\nprefer-SETTING sets a socket option, or ignores it where it is not supported.\n");
	for (size_t i = 0; i < HELP_ROWS; i++)
		if (strchr(help_order[i], ':'))
			printf("\n%s\n", help_order[i]);
		else
			print_row(help_order[i]);
	print_row(NULL);
}
