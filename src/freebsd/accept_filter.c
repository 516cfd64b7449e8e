/* SPDX-License-Identifier: ISC */
#include "accept_filter.h"

#include <sys/param.h>

#include <sys/module.h>

#include "release.h"

struct accept_filter_module
accept_filter_module(int wait_for)
{
	/* accf_data(9), accf_http(9), accf_tls(9), accf_dns(9) */
	static const char *const names[] = {
		[BINDCHAIN_WAIT_FOR_DATA] = "accf_data",
		[BINDCHAIN_WAIT_FOR_HTTP] = "accf_http",
		[BINDCHAIN_WAIT_FOR_TLS] = "accf_tls",
		[BINDCHAIN_WAIT_FOR_DNS] = "accf_dns",
	};
	struct accept_filter_module module = { .name = names[wait_for] };

	module.is_present = modfind(module.name) >= 0;
	if (wait_for == BINDCHAIN_WAIT_FOR_TLS && !module.is_present) {
		struct bindchain_fact has = release_has(RELEASE_TLS_FILTER);
		module.is_absent = has.known && !has.value;
		module.since = "15.0";
	}
	return module;
}
