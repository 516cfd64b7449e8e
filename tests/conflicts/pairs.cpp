/* SPDX-License-Identifier: ISC */
#include "pairs.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

const std::vector<std::string> pair_addresses = { "0.0.0.0", "127.0.0.1", "127.0.0.2", "::only",
	"::dual", "::1", "mapped" };

bool
PairEnd::has(const std::string &option) const
{
	return ("+" + options + "+").find("+" + option + "+") != std::string::npos;
}

const char *
PairEnd::host() const
{
	return address == "mapped" ? "::ffff:127.0.0.1"
	    : address == "::only" || address == "::dual" ? "::" : address.c_str();
}

bool
PairEnd::is_ipv4() const
{
	return address.find(':') == std::string::npos && address != "mapped";
}

bool
PairEnd::is_v6only() const
{
	return address == "::only" || address == "::1";
}

unsigned
PairContext::first_user() const
{
	return users == "u1" ? 0 : 65534;
}

unsigned
PairContext::second_user() const
{
	return users == "u2" ? 65533 : 65534;
}

std::string
PairContext::text() const
{
	return std::string(is_stream ? "tcp/" : "udp/") + (first_listens ? "listening/" : "bound/")
	    + users;
}

std::string
Pair::text() const
{
	return context.text() + ": " + first.address + " " + first.options + ", then "
	    + second.address + " " + second.options;
}

namespace {

PairContext
read_context(const std::string &text)
{
	size_t first = text.find('/'), second = text.rfind('/');

	if (first == second || first == std::string::npos)
		throw std::runtime_error("no context: " + text);
	return { text.substr(0, first) == "tcp",
		text.substr(first + 1, second - first - 1) == "listening", text.substr(second + 1) };
}

std::vector<std::string>
words_of(std::istream &stream)
{
	std::vector<std::string> words;

	for (std::string word; stream >> word && word != ":";)
		words.push_back(word);
	return words;
}

/* Fills a cell from its characters. */
void
read_cell(PairAnswer &answer, const std::string &word, const std::string &text, size_t at)
{
	if (word == "outcome") {
		answer.outcome = text.at(at);
		return;
	}
	answer.ipv4 = text.at(2 * at);
	answer.ipv6 = text.at(2 * at + 1);
}

std::string
cell_text(const PairAnswer &answer, const std::string &word)
{
	return word == "outcome" ? std::string { answer.outcome }
	                         : std::string { answer.ipv4, answer.ipv6 };
}

/* Those of one first option stand together. */
std::string
cells_text(const std::vector<PairAnswer> &cells, size_t row, const std::string &word)
{
	std::string text;

	for (size_t i = 0; i < cells.size(); i++)
		text += (i % row == 0 ? " " : "") + cell_text(cells[i], word);
	return text;
}

bool
has_traffic(const std::vector<PairAnswer> &cells)
{
	return std::any_of(cells.begin(), cells.end(),
	    [](const PairAnswer &answer) { return answer.ipv4 != '.'; });
}

} // namespace

size_t
PairAnswers::cell_of(const Pair &pair) const
{
	auto place = [this](const PairEnd &end) {
		auto found = std::find(options.begin(), options.end(), end.options);
		if (found == options.end())
			throw std::out_of_range(end.options);
		return static_cast<size_t>(found - options.begin());
	};

	return place(pair.first) * options.size() + place(pair.second);
}

const PairAnswer &
PairAnswers::answer(const Pair &pair) const
{
	return cells_.at({ pair.first.address, pair.second.address, pair.context.text() })
	    .at(cell_of(pair));
}

void
PairAnswers::set(const Pair &pair, const PairAnswer &answer)
{
	auto &cells = cells_[{ pair.first.address, pair.second.address, pair.context.text() }];

	cells.resize(options.size() * options.size());
	cells[cell_of(pair)] = answer;
}

std::vector<Pair>
PairAnswers::pairs() const
{
	std::vector<Pair> all;

	for (const auto &entry : cells_)
		for (const std::string &first : options)
			for (const std::string &second : options)
				all.push_back({ read_context(std::get<2>(entry.first)),
				    { std::get<0>(entry.first), first },
				    { std::get<1>(entry.first), second } });
	return all;
}

/* "outcome FIRST SECOND CONTEXT... : CELLS", or "traffic" with two for each. */
void
PairAnswers::read_line(const std::string &line)
{
	std::istringstream stream(line);
	std::string word, first, second, text;
	std::vector<std::string> contexts;

	if (!(stream >> word) || word[0] == '#')
		return;
	if (word == "kernel") {
		std::getline(stream >> std::ws, kernel);
		return;
	}
	if (word == "options") {
		options = words_of(stream);
		return;
	}
	if ((word != "outcome" && word != "traffic") || !(stream >> first >> second))
		throw std::runtime_error("not a line of answers: " + line);
	contexts = words_of(stream);
	for (std::string part; stream >> part;)
		text += part;
	for (const std::string &context : contexts) {
		auto &cells = cells_[{ first, second, context }];
		cells.resize(options.size() * options.size());
		for (size_t i = 0; i < cells.size(); i++)
			read_cell(cells[i], word, text, i);
	}
}

PairAnswers
PairAnswers::read(const std::string &path)
{
	std::ifstream file(path);
	PairAnswers answers;

	if (!file)
		throw std::runtime_error("no file " + path);
	for (std::string line; std::getline(file, line);)
		answers.read_line(line);
	return answers;
}

std::vector<PairContext>
PairAnswers::contexts() const
{
	std::vector<PairContext> all;

	for (const auto &entry : cells_) {
		PairContext context = read_context(std::get<2>(entry.first));
		if (std::none_of(all.begin(), all.end(), [&](const PairContext &other) {
			    return other.text() == context.text(); }))
			all.push_back(context);
	}
	return all;
}

/* Contexts with the same answers have one line. */
void
PairAnswers::write(std::ostream &stream) const
{
	stream << "kernel " << kernel << "\noptions";
	for (const std::string &option : options)
		stream << " " << option;
	stream << "\n";
	for (const char *word : { "outcome", "traffic" })
		for (const std::string &first : pair_addresses)
			for (const std::string &second : pair_addresses) {
				std::map<std::string, std::string> lines;
				for (const PairContext &context : contexts()) {
					const auto &cells = cells_.at({ first, second, context.text() });
					if (word == std::string("outcome") || has_traffic(cells))
						lines[cells_text(cells, options.size(), word)] += " "
						    + context.text();
				}
				for (const auto &line : lines)
					stream << word << " " << first << " " << second << line.second
					       << " :" << line.first << "\n";
			}
}
