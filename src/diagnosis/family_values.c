/* SPDX-License-Identifier: ISC */
#include "family_values.h"

#include <stddef.h>

#include "interfaces.h"

/* Without a copy of CURRENT, which is static. */
static void
add(struct backend_values *values, const char *name, const char *current, const char *meaning)
{
	if (values->count < BACKEND_VALUES_MAX)
		values->list[values->count++] = (struct backend_value) { name, current, meaning };
}

static void
add_family(struct backend_values *values, const char *name, bool beyond_host, bool loopback)
{
	if (beyond_host)
		add(values, name, "present", "an interface that is up has an address of this family");
	else if (loopback)
		add(values, name, "loopback only",
		    "no interface that is up has an address of this family, other than loopback");
	else
		add(values, name, "absent",
		    "no interface that is up has an address of this family, loopback included");
}

void
family_values_add(struct backend_values *values)
{
	struct interface_families families;

	if (interfaces_read(&families) != 0) {
		add(values, "IPv4, IPv6", NULL, "the interfaces cannot be read");
		return;
	}
	add_family(values, "IPv4", families.ipv4, families.ipv4_loopback);
	add_family(values, "IPv6", families.ipv6, families.ipv6_loopback);
}
