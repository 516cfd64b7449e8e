/* SPDX-License-Identifier: ISC */
#include "temporary_directory.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h> /* mkdtemp(3), on macOS */

TemporaryDirectory::TemporaryDirectory()
    : TemporaryDirectory(std::filesystem::temp_directory_path().string())
{
}

TemporaryDirectory::TemporaryDirectory(const std::string &parent)
{
	std::string name = parent + "/bindchain-test-XXXXXX";

	if (!mkdtemp(name.data()))
		throw std::system_error(errno, std::generic_category(), "mkdtemp " + name);
	path_ = name;
}

TemporaryDirectory::~TemporaryDirectory()
{
	std::error_code ignored;

	std::filesystem::remove_all(path_, ignored);
}

std::string
TemporaryDirectory::file(const std::string &name, const std::string &content, unsigned mode) const
{
	std::string path = *this / name;
	std::ofstream stream(path, std::ios::binary);

	stream << content;
	stream.close();
	if (!stream || chmod(path.c_str(), static_cast<mode_t>(mode)) != 0)
		throw std::system_error(errno, std::generic_category(), "write " + path);
	return path;
}

std::string
read_whole_file(const std::string &path)
{
	std::ifstream stream(path, std::ios::binary);
	std::ostringstream content;

	if (!stream)
		throw std::system_error(errno, std::generic_category(), "read " + path);
	content << stream.rdbuf();
	return content.str();
}
