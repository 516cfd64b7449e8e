/* SPDX-License-Identifier: ISC */
/*
 * net/ipv4/tcp_cong.c, tcp_set_congestion_control: ENOENT for a name that the kernel does not
 * have; its module is loaded for processes with CAP_NET_ADMIN only.  Without it only the names of
 * net.ipv4.tcp_allowed_congestion_control are set, others fail with EPERM.
 */
#include "congestion.h"

#include <errno.h>
#include <string.h>

#include "capabilities.h"
#include "sysctl.h"

static const char available[] = "net.ipv4.tcp_available_congestion_control";
static const char allowed[] = "net.ipv4.tcp_allowed_congestion_control";

/* Names have up to 15 bytes; TCP_CA_BUF_MAX of include/net/tcp.h is the size of the list. */
#define LIST_SIZE 128

/* Whether LIST, words and spaces, has NAME. */
static bool
has_name(const char *list, const char *name)
{
	size_t length = strlen(name);

	while (*list) {
		size_t word = strcspn(list, " ");
		if (word == length && memcmp(list, name, word) == 0)
			return true;
		list += word;
		list += strspn(list, " ");
	}
	return false;
}

/* kernel/module/kmod.c: an empty name or no such setting loads none. */
static bool
loads_modules(void)
{
	char program[4];

	return sysctl_text("kernel.modprobe", program, sizeof program) && program[0]
	    && !sysctl_number("kernel.modules_disabled").value.value;
}

/* For a process that may load modules: which there are is known only to the program that the
 * kernel executes, in the file system of the first process. */
static void
foresee_module(const char *name, struct findings *findings)
{
	char list[LIST_SIZE];

	if (!sysctl_text(available, list, sizeof list) || has_name(list, name))
		return;
	if (loads_modules())
		findings_add(findings, FINDING_WARNING, "congestion control %s is not available yet: %s"
		    " is %s; the start fails unless there is a module tcp_%s", name, available, list,
		    name);
	else
		findings_add(findings, FINDING_OBSTACLE, "congestion control %s is not available: %s"
		    " is %s", name, available, list);
}

/* Returns whether it was found to be refused. */
static bool
foresee_missing(const char *name, const char *setting, const char *what,
    struct findings *findings)
{
	char list[LIST_SIZE];

	if (!sysctl_text(setting, list, sizeof list) || has_name(list, name))
		return false;
	findings_add(findings, FINDING_OBSTACLE, "congestion control %s is not %s: %s is %s", name,
	    what, setting, list);
	return true;
}

void
congestion_foresee(const struct request *request, struct findings *findings)
{
	if (request->options[BINDCHAIN_CONGESTION].want == BINDCHAIN_UNASKED || !request->congestion)
		return;
	if (!capabilities_lack_network(false))
		foresee_module(request->congestion, findings);
	else if (!foresee_missing(request->congestion, available, "available", findings))
		foresee_missing(request->congestion, allowed, "allowed without CAP_NET_ADMIN", findings);
}

void
congestion_tell(int error, struct findings *findings)
{
	const char *setting = error == ENOENT ? available : error == EPERM ? allowed : NULL;
	char list[LIST_SIZE];

	if (!setting || !sysctl_text(setting, list, sizeof list))
		return;
	findings_add(findings, FINDING_OBSTACLE, error == ENOENT
	    ? "available congestion control: %s (%s)"
	    : "allowed congestion control without CAP_NET_ADMIN: %s (%s)", list, setting);
}
