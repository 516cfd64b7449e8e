/* SPDX-License-Identifier: ISC */
/* A directory of a test's own, removed with all that is in it. */
#ifndef BINDCHAIN_TEST_TEMPORARY_DIRECTORY_H
#define BINDCHAIN_TEST_TEMPORARY_DIRECTORY_H

#include <string>

class TemporaryDirectory {
public:
	/* In TMPDIR, or in PARENT. */
	TemporaryDirectory();
	explicit TemporaryDirectory(const std::string &parent);
	~TemporaryDirectory();
	TemporaryDirectory(const TemporaryDirectory &) = delete;
	TemporaryDirectory &operator=(const TemporaryDirectory &) = delete;

	const std::string &path() const { return path_; }
	std::string operator/(const std::string &name) const { return path_ + "/" + name; }

	/* Writes a file with these permissions and returns its path. */
	std::string file(const std::string &name, const std::string &content, unsigned mode) const;

private:
	std::string path_;
};

std::string read_whole_file(const std::string &path);

#endif
