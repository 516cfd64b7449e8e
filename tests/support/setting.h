/* SPDX-License-Identifier: ISC */
/* A setting of the system that is a number, by its name in sysctl(8).  Throws when
 * there is none. */
#ifndef BINDCHAIN_TEST_SETTING_H
#define BINDCHAIN_TEST_SETTING_H

#include <string>

int read_setting(const std::string &name);

#endif
