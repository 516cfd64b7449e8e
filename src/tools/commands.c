/* SPDX-License-Identifier: ISC */
/* The table of commands, and the code shared by those that open a socket. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "address.h"
#include "chain.h"
#include "command.h"
#include "failure.h"
#include "fatal.h"
#include "made_paths.h"
#include "perform.h"
#include "plan.h"
#include "print.h"
#include "report_failure.h"
#include "request.h"

const struct command *const command_table[] = {
	&bindchain_command,
	&explain_command,
	&listen_command,
	&adapt_command,
	&adopt_command,
	&inspect_command,
	&limits_command,
	&queues_command,
	&tcp_socket_listen_command,
	&udp_socket_listen_command,
	&local_stream_socket_listen_command,
	&local_seqpacket_socket_listen_command,
	&local_datagram_socket_listen_command,
	&netlink_datagram_socket_listen_command,
	&fifo_listen_command,
	&fdmove_command,
	&setuidgid_command,
	&s6_tcpserver_socketbinder_command,
	&s6_ipcserver_socketbinder_command,
	&tcp_socket_accept_command,
	&local_stream_socket_accept_command,
	&local_seqpacket_socket_accept_command,
	&s6_tcpserverd_command,
	&s6_ipcserverd_command,
	&s6_tcpserver_command,
	&s6_ipcserver_command,
	&accept_command,
	NULL
};

const struct command *
command_find(const char *name)
{
	for (const struct command *const *command = command_table; *command; command++)
		if (strcmp((*command)->name, name) == 0)
			return *command;
	return NULL;
}

const struct command *
command_named(char *const argv[])
{
	const struct command *command = command_find(chain_basename(argv[0]));

	return command && !command->internal ? command : NULL;
}

void
command_choose(struct invocation *invocation, char **argv, const struct command *named)
{
	const struct command *command = named ? named : &bindchain_command;

	memset(invocation, 0, sizeof *invocation);
	invocation->argv = argv + 1;
	if (command == &bindchain_command && argv[1]) {
		const struct command *asked = command_find(argv[1]);
		if (asked && asked != &bindchain_command) {
			command = asked;
			invocation->argv = argv + 2;
		}
	}
	invocation->command = command;
}

void
command_add_name(struct text *text, const struct command *command)
{
	text_printf(text, "%s%s%s", command->internal ? bindchain_command.name : "",
	    command->internal ? " " : "", command->name);
}

int
command_request_count(const struct invocation *invocation)
{
	return invocation->request_count ? invocation->request_count : 1;
}

const struct request *
command_request(const struct invocation *invocation, int index)
{
	return invocation->request_count ? &invocation->requests[index] : &invocation->request;
}

const struct missing_family *
command_left_out(const struct invocation *invocation, int index)
{
	return invocation->left_out && invocation->left_out[index].family
	    ? &invocation->left_out[index] : NULL;
}

void
command_complete_access(struct request *request)
{
	struct permissions *access = &request->access;
	mode_t mask;

	if (access->has_mode || (!access->has_user && !access->has_group))
		return;
	mask = umask(0777); /* umask(2) returns the mask only while changing it */
	umask(mask);
	access->has_mode = true;
	access->mode = (request->kind == BINDCHAIN_FIFO ? 0600 : 0777) & ~mask;
}

int
command_set_path(struct request *request, const char *path,
    struct bindchain_failure *failure)
{
	if (path[0] != '@' && (request->kind == BINDCHAIN_FIFO || strlen(path) <= address_path_max))
		return request_set_path(request, path, failure);
	request->host = request->path = path;
	if (request->kind == BINDCHAIN_FIFO || address_from_path(&request->address, path))
		return 0;
	failure_set(failure, BINDCHAIN_PATH, ENAMETOOLONG);
	failure->subject = path;
	failure->excess = strlen(path) - address_path_max;
	return -1;
}

int
command_open(const struct request *request, struct bindchain_failure *failure)
{
	/* Static: avoids touching another stack page (1 µs of 60). */
	static struct plan plan;
	struct made_path made;
	int descriptor;

	if (plan_make(&plan, request, failure) != 0)
		return -1;
	descriptor = perform(&plan, &made, failure);
	if (descriptor < 0 || made_paths_remember(&made) == 0)
		return descriptor;
	close(descriptor);
	failure_set(failure, BINDCHAIN_ALLOCATE, ENOMEM);
	return -1;
}

void
command_pass_socket(struct invocation *invocation)
{
	struct bindchain_failure failure;
	int descriptor;

	invocation->command->prepare(invocation);
	descriptor = command_open(&invocation->request, &failure);
	if (descriptor < 0
	    || handover_perform(&invocation->handover, descriptor, &failure) != 0)
		report_failure(invocation, &failure);
	handover_free(&invocation->handover);
}

void
command_check_options(const struct invocation *invocation, const struct options_result *result)
{
	const struct personality *personality = invocation->command->personality;

	if (result->problem == OPTIONS_FINE)
		return;
	if (result->problem == OPTIONS_HELP || result->problem == OPTIONS_USAGE) {
		options_print_usage(invocation->command, result->problem == OPTIONS_HELP);
		print_end(invocation, 0);
	}
	personality->refuse_option(invocation, result);
	fatal_exit(invocation, personality->usage_status);
}

char **
command_read_options(const struct invocation *invocation, void *chosen)
{
	struct options_result result;

	options_parse(invocation->command, invocation->argv, chosen, &result);
	command_check_options(invocation, &result);
	return result.operands;
}
