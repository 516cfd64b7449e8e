/* SPDX-License-Identifier: ISC */
#include "matrices.h"

#include <stdexcept>
#include <vector>

#include "rules.h"

namespace {

struct Column {
	const char *heading;
	const char *first, *second; /* options */
	bool is_stream;
};

struct Matrix {
	const char *system;
	const conflict_rules *rules;
	std::vector<Column> columns;
};

const Matrix matrices[] = {
	{ "linux", &conflict_rules_linux,
	    { { "no option", "none", "none", true },
	        { "reuse, both, TCP", "addr", "addr", true },
	        { "reuse, both, UDP", "addr", "addr", false },
	        { "share, both", "port", "port", true } } },
	{ "freebsd", &conflict_rules_freebsd,
	    { { "no option", "none", "none", true },
	        { "reuse, second", "none", "addr", true },
	        { "share, both", "port", "port", true },
	        { "balance, both", "lb+port", "lb+port", true },
	        { "balance, second", "none", "lb+port", true } } },
	{ "macos", &conflict_rules_darwin,
	    { { "no option", "none", "none", true },
	        { "reuse, second", "none", "addr", true },
	        { "share, both", "port", "port", true } } },
};

const struct {
	const char *address, *heading;
} rows[] = {
	{ "0.0.0.0", "0.0.0.0" },
	{ "127.0.0.1", "127.0.0.1" },
	{ "::only", "[::] IPv6-only" },
	{ "::dual", "[::] dual-stack" },
	{ "::1", "[::1]" },
};

/* "no", or who gets IPv4 and IPv6. */
std::string
cell(const Matrix &matrix, const Column &column, const char *first, const char *second)
{
	Pair pair = { { column.is_stream, column.is_stream, "u0" }, { first, column.first },
		{ second, column.second } };
	PairAnswer answer = answer_by(*matrix.rules, pair);

	if (answer.outcome != '.')
		return "no";
	return std::string { answer.ipv4, ' ', answer.ipv6 };
}

std::string
text_of(const Matrix &matrix)
{
	std::string text = "| first | second |", line = "| --- | --- |";

	for (const Column &column : matrix.columns) {
		text += std::string(" ") + column.heading + " |";
		line += " --- |";
	}
	text += "\n" + line + "\n";
	for (const auto &first : rows)
		for (const auto &second : rows) {
			text += std::string("| ") + first.heading + " | " + second.heading + " |";
			for (const Column &column : matrix.columns)
				text += " " + cell(matrix, column, first.address, second.address) + " |";
			text += "\n";
		}
	return text;
}

} // namespace

std::string
with_matrices(const std::string &document)
{
	std::string made = document;

	for (const Matrix &matrix : matrices) {
		std::string mark = std::string("<!-- matrix ") + matrix.system + " -->\n";
		size_t start = made.find(mark), end = made.find("<!-- end -->", start);
		if (start == std::string::npos || end == std::string::npos)
			throw std::runtime_error("no mark " + mark);
		start += mark.size();
		made.replace(start, end - start, text_of(matrix));
	}
	return made;
}
