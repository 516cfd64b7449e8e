/* SPDX-License-Identifier: ISC */
/*
 * The texts of a JSON document, in its order, by a strict parser that is not ours.  No
 * document is built: that takes most of a run.
 */
#ifndef TESTS_FUZZ_JSON_TEXTS_H
#define TESTS_FUZZ_JSON_TEXTS_H

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

/* What nlohmann::json::sax_parse() calls. */
class JsonTexts {
public:
	/* Empty where it is no JSON. */
	static std::vector<std::string> of(const char *bytes, size_t length)
	{
		JsonTexts reader;

		if (!nlohmann::json::sax_parse(bytes, bytes + length, &reader))
			reader.texts_.clear();
		return std::move(reader.texts_);
	}

	bool string(std::string &text)
	{
		texts_.push_back(std::move(text));
		return true;
	}

	bool null() { return true; }
	bool boolean(bool) { return true; }
	bool number_integer(nlohmann::json::number_integer_t) { return true; }
	bool number_unsigned(nlohmann::json::number_unsigned_t) { return true; }
	bool number_float(nlohmann::json::number_float_t, const std::string &) { return true; }
	bool binary(nlohmann::json::binary_t &) { return true; }
	bool start_object(size_t) { return true; }
	bool key(std::string &) { return true; }
	bool end_object() { return true; }
	bool start_array(size_t) { return true; }
	bool end_array() { return true; }
	bool parse_error(size_t, const std::string &, const nlohmann::detail::exception &)
	{
		return false;
	}

private:
	std::vector<std::string> texts_;
};

#endif
