/* SPDX-License-Identifier: ISC */
/*
 * The specification: what is measured, and the limits.  A line is a keyword and
 * its value; "subject" begins a new one, "#" a comment.  tools.spec explains it.
 */
#include "measure.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SUBJECTS_MAX 64
#define DEFINITIONS_MAX 16
#define LINE_SIZE 4096

static const char *definitions[DEFINITIONS_MAX];
static size_t definition_count;

struct reader {
	struct measure *measure;
	const char *path;
	unsigned line;
	struct subject *subject; /* the one being read */
};

__attribute__((noreturn)) static void
bad_line(const struct reader *reader, const char *problem)
{
	die("%s:%u: %s", reader->path, reader->line, problem);
}

void
spec_define(const char *definition)
{
	if (!strchr(definition, '='))
		die("-D %s: not NAME=VALUE", definition);
	if (definition_count == DEFINITIONS_MAX)
		die("more than %d definitions", DEFINITIONS_MAX);
	definitions[definition_count++] = definition;
}

static const char *
find_definition(const char *name, size_t length)
{
	for (size_t i = 0; i < definition_count; i++)
		if (strncmp(definitions[i], name, length) == 0 && definitions[i][length] == '=')
			return definitions[i] + length + 1;
	return NULL;
}

/* A port of 127.0.0.1 that is free now. */
static unsigned
free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof address;
	int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&address, length) != 0
	    || getsockname(descriptor, (struct sockaddr *)&address, &length) != 0)
		die("a free port: %s", strerror(errno));
	close(descriptor);
	return ntohs(address.sin_port);
}

static void
use_port(struct subject *subject, char text[16])
{
	if (!subject->connects)
		subject->port = free_port();
	subject->connects = true;
	snprintf(text, 16, "%u", subject->port);
}

/* WORD with every {name} replaced; NULL when one is not defined. */
static char *
substitute(struct subject *subject, const char *word)
{
	char out[LINE_SIZE], port[16];
	size_t length = 0;

	while (*word) {
		const char *value, *close = *word == '{' ? strchr(word, '}') : NULL;
		if (!close) {
			out[length++] = *word++;
			continue;
		}
		value = find_definition(word + 1, (size_t)(close - word - 1));
		if (!value && strncmp(word, "{port}", 6) == 0) {
			use_port(subject, port);
			value = port;
		}
		if (!value)
			return NULL;
		if (length + strlen(value) + strlen(close) >= sizeof out)
			die("%s: command too long", subject->name);
		memcpy(out + length, value, strlen(value));
		length += strlen(value);
		word = close + 1;
	}
	out[length] = '\0';
	return strdup(out);
}

/* The program's path by PATH, or NULL. */
static char *
find_program(const char *name)
{
	const char *directory = getenv("PATH");
	char path[LINE_SIZE];

	if (strchr(name, '/'))
		return access(name, X_OK) == 0 ? strdup(name) : NULL;
	while (directory && *directory) {
		size_t length = strcspn(directory, ":");
		snprintf(path, sizeof path, "%.*s/%s", (int)length, directory, name);
		if (access(path, X_OK) == 0)
			return strdup(path);
		directory += length + (directory[length] == ':');
	}
	return NULL;
}

static void
read_command(const struct reader *reader, char *value)
{
	struct subject *subject = reader->subject;
	size_t count = 0;

	for (char *word = strtok(value, " \t"); word; word = strtok(NULL, " \t")) {
		if (count == WORDS_MAX)
			bad_line(reader, "too many words");
		subject->argv[count] = substitute(subject, word);
		if (!subject->argv[count++]) {
			subject->missing = "not asked for";
			subject->argv[0] = NULL;
			return;
		}
	}
	if (count == 0)
		bad_line(reader, "a command is expected");
	subject->argv[0] = find_program(subject->argv[0]);
	if (!subject->argv[0])
		subject->missing = "not installed";
}

static const struct subject *
find_subject(const struct reader *reader, const char *name)
{
	for (size_t i = 0; i < reader->measure->count; i++)
		if (strcmp(reader->measure->subjects[i].name, name) == 0)
			return &reader->measure->subjects[i];
	bad_line(reader, "no subject of that name before this one");
}

static void
begin_subject(struct reader *reader, const char *name)
{
	struct measure *measure = reader->measure;

	if (measure->count == SUBJECTS_MAX)
		bad_line(reader, "too many subjects");
	reader->subject = &measure->subjects[measure->count++];
	reader->subject->name = strdup(name);
}

static struct limit
read_limit(const struct reader *reader, const char *value)
{
	struct limit limit = { .given = true, .beyond_floor = *value == '+' };
	char *end;

	limit.value = strtol(value, &end, 10);
	if (end == value || *end || limit.value < 0)
		bad_line(reader, "a number is expected, or + and a number");
	return limit;
}

/* The limit of that name, or NULL. */
static struct limit *
find_limit(struct subject *subject, const char *name)
{
	const struct {
		const char *name;
		struct limit *limit;
	} limits[] = {
		{ "instructions", &subject->instructions },
		{ "calls", &subject->calls },
		{ "faults", &subject->faults },
		{ "libraries", &subject->libraries },
		{ "size", &subject->size },
	};

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		if (strcmp(limits[i].name, name) == 0)
			return limits[i].limit;
	return NULL;
}

static void
read_setting(struct reader *reader, const char *keyword, char *value)
{
	struct limit *limit;

	if (strcmp(keyword, "subject") == 0) {
		begin_subject(reader, value);
		return;
	}
	if (!reader->subject)
		bad_line(reader, "\"subject\" comes first");
	limit = find_limit(reader->subject, keyword);
	if (limit)
		*limit = read_limit(reader, value);
	else if (strcmp(keyword, "command") == 0)
		read_command(reader, value);
	else if (strcmp(keyword, "against") == 0)
		reader->subject->floor = find_subject(reader, value);
	else if (strcmp(keyword, "time") == 0)
		reader->subject->time = strtod(value, NULL);
	else
		bad_line(reader, "unknown keyword");
}

static void
read_lines(struct reader *reader, FILE *file)
{
	char line[LINE_SIZE];

	while (fgets(line, sizeof line, file)) {
		char *keyword = line + strspn(line, " \t"), *value;
		reader->line++;
		line[strcspn(line, "\n")] = '\0';
		if (!*keyword || *keyword == '#')
			continue;
		value = keyword + strcspn(keyword, " \t");
		if (*value)
			*value++ = '\0';
		read_setting(reader, keyword, value + strspn(value, " \t"));
	}
}

void
spec_read(struct measure *measure, const char *path)
{
	struct reader reader = { measure, path, 0, NULL };
	FILE *file = fopen(path, "r");

	if (!file)
		die("%s: %s", path, strerror(errno));
	measure->subjects = allocate(SUBJECTS_MAX, sizeof *measure->subjects);
	read_lines(&reader, file);
	fclose(file);
	measure->next = measure->subjects;
	if (measure->count == 0 || !measure->next->argv[0])
		die("%s: the first subject must be the next program alone", path);
	if (stat(measure->next->argv[0], &measure->next_file) != 0)
		die("%s: %s", measure->next->argv[0], strerror(errno));
}
