/* SPDX-License-Identifier: ISC */
#include "json.h"

#include <stdio.h>
#include <stddef.h>
#include <string.h>

/*
 * The length of the UTF-8 sequence at TEXT, 0 if it is invalid: RFC 3629, section 4,
 * without overlong forms and surrogates.
 */
static size_t
sequence_length(const unsigned char *text)
{
	size_t length = text[0] < 0x80 ? 1 : text[0] < 0xc2 ? 0 : text[0] < 0xe0 ? 2
	    : text[0] < 0xf0 ? 3 : text[0] < 0xf5 ? 4 : 0;

	for (size_t i = 1; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	if ((text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] > 0x9f)
	    || (text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] > 0x8f))
		return 0;
	return length;
}

/* The control character that TEXT begins with, which a terminal may act on: C0, DEL, or C1
 * (ECMA-48), whose UTF-8 is C2 and its own byte.  0 for any other. */
static unsigned
control_character(const unsigned char *text)
{
	unsigned character = text[0] == 0xc2 ? text[1] : text[0];

	if (text[0] == 0xc2 ? character >= 0xa0 : character >= ' ' && character != 0x7f)
		return 0;
	return character;
}

static FILE *
stream_of(const struct json *json)
{
	return json->stream ? json->stream : stdout;
}

static void
write_bytes(FILE *stream, const char *bytes, size_t count)
{
	const unsigned char *t = (const unsigned char *)bytes, *end = t + count;

	putc('"', stream);
	while (t < end) {
		size_t length = sequence_length(t);
		if (length == 0) {
			fputs("\\ufffd", stream);
			length = 1;
		} else if (*t == '"' || *t == '\\')
			fprintf(stream, "\\%c", *t);
		else if (*t == '\0' || control_character(t))
			fprintf(stream, "\\u%04x", control_character(t));
		else
			fwrite(t, 1, length, stream);
		t += length;
	}
	putc('"', stream);
}

static void
write_text(FILE *stream, const char *text)
{
	write_bytes(stream, text, strlen(text));
}

static void
begin(struct json *json, const char *key)
{
	if (json->depth && json->in_line)
		fputs(json->comma ? ", " : "", stream_of(json));
	else if (json->depth)
		fprintf(stream_of(json), "%s\n%*s", json->comma ? "," : "", json->depth * 2, "");
	json->comma = true;
	if (!key)
		return;
	write_text(stream_of(json), key);
	fputs(": ", stream_of(json));
}

void
json_open(struct json *json, const char *key, char bracket)
{
	begin(json, key);
	putc(bracket, stream_of(json));
	json->depth++;
	json->comma = false;
}

void
json_close(struct json *json, char bracket)
{
	json->depth--;
	if (json->comma && !json->in_line)
		fprintf(stream_of(json), "\n%*s", json->depth * 2, "");
	putc(bracket, stream_of(json));
	json->comma = true;
	if (!json->depth)
		putc('\n', stream_of(json));
}

void
json_text(struct json *json, const char *key, const char *text)
{
	begin(json, key);
	if (text)
		write_text(stream_of(json), text);
	else
		fputs("null", stream_of(json));
}

void
json_bytes(struct json *json, const char *key, const char *bytes, size_t length)
{
	begin(json, key);
	if (length)
		write_bytes(stream_of(json), bytes, length);
	else
		fputs("null", stream_of(json));
}

void
json_number(struct json *json, const char *key, long long number)
{
	begin(json, key);
	fprintf(stream_of(json), "%lld", number);
}

void
json_boolean(struct json *json, const char *key, bool value)
{
	begin(json, key);
	fputs(value ? "true" : "false", stream_of(json));
}

void
json_fact(struct json *json, const char *key, const struct bindchain_fact *fact)
{
	if (fact->known)
		json_number(json, key, fact->value);
	else
		json_text(json, key, NULL);
}

void
json_fact_boolean(struct json *json, const char *key, const struct bindchain_fact *fact)
{
	if (fact->known)
		json_boolean(json, key, fact->value != 0);
	else
		json_text(json, key, NULL);
}
