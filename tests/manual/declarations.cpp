/* SPDX-License-Identifier: ISC */
#include "declarations.h"

#include <cctype>
#include <cstring>
#include <regex>
#include <sstream>

#include "temporary_directory.h"

std::string
plain_type(const std::string &text)
{
	std::string plain;

	for (char c : text) {
		const char last = plain.empty() ? ' ' : plain.back();
		if (!std::isspace(static_cast<unsigned char>(c)))
			plain += c == '*' && !std::strchr(" *(", last) ? " *" : std::string(1, c);
		else if (!std::strchr(" *", last))
			plain += ' ';
	}
	if (!plain.empty() && plain.back() == ' ')
		plain.pop_back();
	return plain;
}

/* "type name" without the name. */
static std::string
without_name(const std::string &argument)
{
	static const std::regex name("\\b\\w+$");

	return plain_type(std::regex_replace(argument, name, ""));
}

bool
same_declaration(const Declaration &header, const Declaration &page)
{
	if (header.result != page.result || header.arguments.size() != page.arguments.size())
		return false;
	for (size_t i = 0; i < header.arguments.size(); i++)
		if (header.arguments[i] != page.arguments[i]
		    && header.arguments[i] != without_name(page.arguments[i]))
			return false;
	return true;
}

std::ostream &
operator<<(std::ostream &stream, const Declaration &declaration)
{
	stream << declaration.result << " (";
	for (size_t i = 0; i < declaration.arguments.size(); i++)
		stream << (i ? ", " : "") << declaration.arguments[i];
	return stream << ")";
}

/* At commas that are in no parentheses of their own. */
static std::vector<std::string>
split_arguments(const std::string &text)
{
	std::vector<std::string> arguments(1);
	int depth = 0;

	for (char c : text) {
		depth += (c == '(') - (c == ')');
		if (c == ',' && depth == 0)
			arguments.emplace_back();
		else
			arguments.back() += c;
	}
	for (std::string &argument : arguments)
		argument = plain_type(argument);
	return arguments;
}

static std::string
symbol_name(const Header &header, const std::string &function)
{
	for (const auto &[name, symbol] : header.symbols)
		if (symbol == function)
			return name;
	return function;
}

static void
add_statement(Header &header, const std::string &statement)
{
	/* The name is the last word before the first parenthesis but a macro's. */
	static const std::regex macro("\\bBINDCHAIN_[A-Z_]+(\\([^)]*\\))?");
	static const std::regex before_parenthesis("\\b([a-z_]\\w*)\\s*\\(");
	const std::string text = std::regex_replace(statement, macro, "");
	std::smatch match;

	if (!std::regex_search(text, match, before_parenthesis))
		return;
	const std::string rest = match.suffix();
	size_t end = 0;
	for (int depth = 1; end < rest.size(); end++)
		if ((depth += (rest[end] == '(') - (rest[end] == ')')) == 0)
			break;
	header.functions[symbol_name(header, match[1])] = { plain_type(match.prefix()),
		split_arguments(rest.substr(0, end)) };
}

static void
add_enumerators(Header &header, const std::string &body)
{
	std::istringstream stream(body);
	std::smatch match;
	const std::regex name("^\\s*(\\w+)");

	for (std::string enumerator; std::getline(stream, enumerator, ',');)
		if (std::regex_search(enumerator, match, name))
			header.constants.insert(match[1]);
}

/* A macro is a constant, or renames a function. */
static void
add_macro(Header &header, const std::string &line)
{
	std::smatch match;
	static const std::regex renames("^\\s*#\\s*define\\s+(\\w+)\\s+(bindchain_\\w+)\\s*$"),
	    defines("^\\s*#\\s*define\\s+(\\w+)\\s+[^_\\s]");

	if (std::regex_search(line, match, renames))
		header.symbols[match[1]] = match[2];
	else if (std::regex_search(line, match, defines) && match[1] != "BINDCHAIN_API")
		header.constants.insert(match[1]);
}

static std::string
without_comments(const std::string &text)
{
	std::string rest;

	for (size_t at = 0, start; at < text.size(); at = text.find("*/", start) + 2) {
		start = text.find("/*", at);
		rest += text.substr(at, start - at);
		if (start == std::string::npos)
			break;
	}
	return rest;
}

/* The text without comments and preprocessor lines, of which macros are noted. */
static std::string
read_declarations(Header &header, const std::string &text)
{
	std::string declarations;

	static const std::regex continued("\\\\\n"), linkage("extern \"C\" \\{");
	std::istringstream stream(std::regex_replace(without_comments(text), continued, " "));
	for (std::string line; std::getline(stream, line);) {
		if (line.find('#') == line.find_first_not_of(" \t"))
			add_macro(header, line);
		else
			declarations += line + "\n";
	}
	return std::regex_replace(declarations, linkage, "");
}

Header
read_header(const std::string &path)
{
	Header header;
	std::string statement, body;
	int depth = 0;

	for (char c : read_declarations(header, read_whole_file(path))) {
		if (c == '{' && depth++ == 0) {
			body.clear();
		} else if (c == '}' && depth > 0) {
			if (--depth == 0 && std::regex_search(statement, std::regex("\\benum\\b")))
				add_enumerators(header, body);
		} else if (depth > 0) {
			body += c;
		} else if (c == ';') {
			add_statement(header, statement);
			statement.clear();
		} else if (c != '}') {
			statement += c;
		}
	}
	return header;
}
