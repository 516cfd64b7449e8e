/* SPDX-License-Identifier: ISC */
#include "setting.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

int
read_setting(const std::string &name)
{
	std::string path = "/proc/sys/" + name;
	int value;

	std::replace(path.begin(), path.end(), '.', '/');
	if (!(std::ifstream(path) >> value))
		throw std::runtime_error("cannot read " + path);
	return value;
}
