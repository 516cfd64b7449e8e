/* SPDX-License-Identifier: ISC */
#include "accept_rules.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "number.h"

/* A rate's number and its seconds: a day. */
#define RATE_MAX 86400

static bool
set_number(unsigned *number, const char *value, struct text *problem)
{
	static const struct number_rule rule
	    = { .base = 10, .minimum = 1, .maximum = SERVE_LIMIT_MAX };
	long long read;

	if (number_read(value, &rule, &read) != NUMBER_READ) {
		text_printf(problem, "not a number from 1 to %u", SERVE_LIMIT_MAX);
		return false;
	}
	*number = (unsigned)read;
	return true;
}

static bool
set_rate(struct serve_rules *rules, const char *value, struct text *problem)
{
	static const struct number_rule rule = { .base = 10, .minimum = 1, .maximum = RATE_MAX };
	const char *slash = strchr(value, '/');
	size_t length = slash ? (size_t)(slash - value) : 0;
	char count[NUMBER_TEXT_SIZE];
	long long rate, period;

	if (length >= sizeof count)
		length = 0;
	memcpy(count, value, length);
	count[length] = '\0';
	if (!slash || number_read(count, &rule, &rate) != NUMBER_READ
	    || number_read(slash + 1, &rule, &period) != NUMBER_READ) {
		text_printf(problem, "not N/SECONDS, both from 1 to %d", RATE_MAX);
		return false;
	}
	rules->rate = (unsigned)rate;
	rules->period = (unsigned)period;
	return true;
}

/* A number, or the rate where there is none.  No pointers, which every start relocates. */
static const struct {
	char name[20];
	bool is_number;
	size_t number; /* offset in struct serve_rules */
} table[] = {
	{ "limit", true, offsetof(struct serve_rules, limit) },
	{ "limit-per-source", true, offsetof(struct serve_rules, limit_per_source) },
	{ "rate", false, 0 },
};
#define RULES (sizeof table / sizeof *table)

/* The row of NAME, or RULES. */
static size_t
find_rule(const char *name)
{
	size_t row = 0;

	while (row < RULES && strcmp(table[row].name, name) != 0)
		row++;
	return row;
}

bool
accept_rule_set(struct serve_rules *rules, const char *name, const char *value,
    struct text *problem)
{
	size_t i = find_rule(name);

	if (i < RULES && !table[i].is_number)
		return set_rate(rules, value, problem);
	if (i < RULES)
		return set_number((unsigned *)(void *)((char *)rules + table[i].number), value,
		    problem);
	text_printf(problem, "not ");
	for (i = 0; i < RULES; i++)
		text_printf(problem, "%s%s", i == 0 ? "" : i + 1 < RULES ? ", " : " or ",
		    table[i].name);
	return false;
}

/* ---- the file ---- */

/* Three lines and comments. */
#define FILE_SIZE_MAX 4096

static enum accept_rules_result
fail(struct text *problem, const char *call, const char *file)
{
	text_printf(problem, "%s %s: %s", call, file, strerror(errno));
	return ACCEPT_RULES_UNREADABLE;
}

/* Reads up to SIZE bytes, and says how many there are. */
static bool
read_bytes(int descriptor, char *bytes, size_t size, size_t *length)
{
	ssize_t more;

	*length = 0;
	while (*length < size && (more = read(descriptor, bytes + *length, size - *length)) != 0) {
		if (more < 0 && errno != EINTR)
			return false;
		*length += more > 0 ? (size_t)more : 0;
	}
	return true;
}

static enum accept_rules_result
read_regular(int descriptor, const char *file, char bytes[FILE_SIZE_MAX + 1],
    struct text *problem)
{
	struct stat status;
	size_t length;

	if (fstat(descriptor, &status) != 0)
		return fail(problem, "fstat", file);
	if (!S_ISREG(status.st_mode)) {
		text_printf(problem, "%s: not a regular file", file);
		return ACCEPT_RULES_WRONG;
	}
	if (!read_bytes(descriptor, bytes, FILE_SIZE_MAX + 1, &length))
		return fail(problem, "read", file);
	if (length > FILE_SIZE_MAX || memchr(bytes, '\0', length)) {
		text_printf(problem, "%s: not a text of at most %d bytes", file, FILE_SIZE_MAX);
		return ACCEPT_RULES_WRONG;
	}
	bytes[length] = '\0';
	return ACCEPT_RULES_READ;
}

static enum accept_rules_result
read_text(const char *file, char bytes[FILE_SIZE_MAX + 1], struct text *problem)
{
	int descriptor = open(file, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	enum accept_rules_result result;

	if (descriptor < 0)
		return fail(problem, "open", file);
	result = read_regular(descriptor, file, bytes, problem);
	close(descriptor);
	return result;
}

/* FILE may be a link to one whose lines are not for the log. */
static bool
set_line(struct serve_rules *rules, const char *file, int number, char *line,
    struct text *problem)
{
	char *value = strchr(line, '=');
	struct text wrong;

	if (!line[0] || line[0] == '#')
		return true;
	text_init(&wrong);
	if (value)
		*value++ = '\0';
	if (accept_rule_set(rules, line, value ? value : "", &wrong))
		return true;
	text_printf(problem, "%s: line %d: ", file, number);
	if (find_rule(line) < RULES)
		text_printf(problem, "%s%s%s: ", line, value ? "=" : "", value ? value : "");
	text_add_text(problem, &wrong);
	return false;
}

enum accept_rules_result
accept_rules_read(struct serve_rules *rules, const char *file, struct text *problem)
{
	struct serve_rules changed = *rules;
	char bytes[FILE_SIZE_MAX + 1], *end;
	enum accept_rules_result result = read_text(file, bytes, problem);
	int number = 1;

	if (result != ACCEPT_RULES_READ)
		return result;
	for (char *line = bytes; line; line = end, number++) {
		end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		if (!set_line(&changed, file, number, line, problem))
			return ACCEPT_RULES_WRONG;
	}
	*rules = changed;
	return ACCEPT_RULES_READ;
}
