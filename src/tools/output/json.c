/* SPDX-License-Identifier: ISC */
#include "json.h"

#include <stdint.h>
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

/* The character of a sequence of this length. */
static uint32_t
character_of(const unsigned char *text, size_t length)
{
	uint32_t character = length == 1 ? text[0] : text[0] & (0x7fU >> length);

	for (size_t i = 1; i < length; i++)
		character = character << 6 | (text[i] & 0x3fU);
	return character;
}

/*
 * What a terminal may act on, or not show as it stands: C0, DEL and C1 (ECMA-48), and the
 * general categories Cf, Zl and Zp of Unicode 17.0, with controls of direction and tags.
 */
static bool
is_escaped(uint32_t character)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x00ad, 0x00ad }, { 0x0600, 0x0605 },
		{ 0x061c, 0x061c }, { 0x06dd, 0x06dd }, { 0x070f, 0x070f }, { 0x0890, 0x0891 },
		{ 0x08e2, 0x08e2 }, { 0x180e, 0x180e }, { 0x200b, 0x200f }, { 0x2028, 0x202e },
		{ 0x2060, 0x2064 }, { 0x2066, 0x206f }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb },
		{ 0x110bd, 0x110bd }, { 0x110cd, 0x110cd }, { 0x13430, 0x1343f },
		{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0001, 0xe0001 },
		{ 0xe0020, 0xe007f },
	};
	size_t i = 0;

	while (i < sizeof ranges / sizeof *ranges && ranges[i].last < character)
		i++;
	return i < sizeof ranges / sizeof *ranges && ranges[i].first <= character;
}

/* Beyond U+FFFF by a pair of surrogates: RFC 8259, section 7. */
static void
write_escape(FILE *stream, uint32_t character)
{
	uint32_t beyond = character - 0x10000;

	if (character < 0x10000)
		fprintf(stream, "\\u%04x", (unsigned)character);
	else
		fprintf(stream, "\\u%04x\\u%04x", (unsigned)(0xd800 + (beyond >> 10)),
		    (unsigned)(0xdc00 + (beyond & 0x3ff)));
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
		else if (is_escaped(character_of(t, length)))
			write_escape(stream, character_of(t, length));
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
