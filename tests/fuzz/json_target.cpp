/* SPDX-License-Identifier: ISC */
/*
 * The JSON writer, read by a parser that is not ours.  Input: lines; the first character
 * of each says what is written, the rest is its text or its number.
 */
#include "kernel.h"

extern "C" {
#include "json.h"
}

#include <cstdlib>
#include <cstring>

#include "json_texts.h"

namespace {

constexpr int depth_max = 16;

/* Writes in the order of the input, and closes what is open at its end. */
class Writer {
public:
	void write(char what, const char *rest)
	{
		switch (what) {
		case '[':
		case '{':
			open(what);
			break;
		case ']':
			close();
			break;
		case 't':
			texts_.push_back(rest);
			json_text(&json_, key(), rest);
			break;
		case '0':
			json_text(&json_, key(), nullptr);
			break;
		case 'b':
			json_boolean(&json_, key(), *rest);
			break;
		default:
			json_number(&json_, key(), std::strtoll(rest, nullptr, 10));
			break;
		}
	}

	void open(char bracket)
	{
		if (depth_ == depth_max)
			return;
		json_open(&json_, depth_ ? key() : nullptr, bracket);
		brackets_[depth_++] = bracket;
	}

	void close()
	{
		if (depth_ > 1)
			json_close(&json_, brackets_[--depth_] == '{' ? '}' : ']');
	}

	void end()
	{
		while (depth_ > 1)
			close();
		json_close(&json_, ']');
	}

	const std::vector<const char *> &texts() const { return texts_; }

private:
	/* No two are alike; some need escapes. */
	const char *key()
	{
		if (brackets_[depth_ - 1] != '{')
			return nullptr;
		std::snprintf(key_, sizeof key_, "\"%d\\\n", next_key_++);
		return key_;
	}

	struct json json_ = {};
	char brackets_[depth_max];
	int depth_ = 0;
	int next_key_ = 0;
	char key_[24];
	std::vector<const char *> texts_;
};

/* TEXT without what stands for bytes that are no UTF-8. */
std::string
without_replacements(std::string text)
{
	static const std::string replacement = "\xef\xbf\xbd"; /* U+FFFD */

	for (size_t at = 0; (at = text.find(replacement, at)) != std::string::npos;)
		text.erase(at, replacement.size());
	return text;
}

/* What of TEXT is UTF-8, as the parser's own writer has it. */
std::string
only_utf8(const char *text)
{
	using nlohmann::json;
	std::string written = json(text).dump(-1, ' ', false, json::error_handler_t::ignore);

	return json::parse(written).get<std::string>();
}

/* Nothing that a terminal acts on: C0, DEL, C1, which is C2 80 to C2 9F, and separators and
 * controls of direction, E2 80 A8 to E2 80 AE. */
void
require_no_controls(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		auto byte = static_cast<unsigned char>(bytes[i]);
		require(byte >= ' ' || byte == '\n');
		require(byte != 0x7f);
		require(!(byte < 0xa0 && byte >= 0x80 && bytes[i - 1] == '\xc2'));
		require(!(byte >= 0xa8 && byte <= 0xae && i > 1 && bytes[i - 1] == '\x80'
		    && bytes[i - 2] == '\xe2'));
	}
}

void
check(const Writer &writer, const char *bytes, size_t length)
{
	auto texts = JsonTexts::of(bytes, length);

	require_no_controls(bytes, length);
	require(texts.size() == writer.texts().size());
	for (size_t i = 0; i < texts.size(); i++)
		require(without_replacements(texts[i])
		    == without_replacements(only_utf8(writer.texts()[i])));
}

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	struct words words;
	Writer writer;
	size_t length;

	input_words(&input, &words);
	writer.open('[');
	writer.write('t', "first"); /* none would be what is no JSON, too */
	for (size_t i = 0; i < words.count; i++)
		if (words.argv[i][0])
			writer.write(words.argv[i][0], words.argv[i] + 1);
	writer.end();
	const char *bytes = kernel_output(&length);
	check(writer, bytes, length);
	input_end();
	return 0;
}
