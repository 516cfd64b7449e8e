/* SPDX-License-Identifier: ISC */
#include "listener.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "listener_families.h"
#include "listener_internet.h"
#include "listener_settings.h"
#include "request.h"

bool
listener_add(struct listener_list *list, const struct listener *listener,
    struct listener_problem *problem)
{
	int copies = listener->count ? listener->count : 1;
	struct listener *all = realloc(list->all,
	    ((size_t)list->count + (size_t)copies) * sizeof *all);

	if (!all) {
		*problem = (struct listener_problem) { .call = "allocate", .word = "sockets",
			.error = ENOMEM };
		return false;
	}
	list->all = all;
	for (int i = 0; i < copies; i++) {
		struct listener *copy = &all[list->count++];
		*copy = *listener;
		if (i > 0) {
			copy->follows = true;
			copy->left_out.family = 0;
		}
	}
	return true;
}

/*
 * Terminates the word at TEXT at its comma and removes its backslashes.
 * Returns the text after the comma, or NULL.
 */
static char *
cut_word(char *text)
{
	char *to = text;

	for (; *text && *text != ','; text++) {
		if (text[0] == '\\' && (text[1] == ',' || text[1] == '\\'))
			text++;
		*to++ = *text;
	}
	if (!*text) {
		*to = '\0';
		return NULL;
	}
	*to = '\0';
	return text + 1;
}

/* As systemd does: DirectoryMode= of systemd.socket(5). */
#define DIRECTORY_MODE 0755

static void
complete_directory(struct permissions *directory)
{
	if (directory->has_mode || (!directory->has_user && !directory->has_group))
		return;
	directory->has_mode = true;
	directory->mode = DIRECTORY_MODE;
}

/* Applies the settings from NEXT on.  An interface may be missing if there is a wait for it,
 * which may follow. */
static bool
read_settings(struct listener *listener, char *next, struct listener_problem *problem)
{
	struct listener_problem missing = { 0 };

	while (next) {
		char *setting = next;
		next = cut_word(setting);
		if (listener_set(listener, setting, problem))
			continue;
		problem->setting = setting;
		if (!problem->may_come)
			return false;
		missing = *problem;
	}
	if (missing.setting && !listener->request.wait) {
		*problem = missing;
		return false;
	}
	command_complete_access(&listener->request);
	complete_directory(&listener->request.directory);
	return true;
}

static bool
has_path(enum bindchain_kind kind)
{
	return kind != BINDCHAIN_TCP && kind != BINDCHAIN_UDP && kind != BINDCHAIN_NETLINK
	    && !kind_is_vsock(kind);
}

bool
listener_read(struct listener_list *list, enum bindchain_kind kind, char *text,
    struct listener_problem *problem, struct bindchain_failure *failure)
{
	struct listener *listener = &list->current;
	char *settings = cut_word(text);

	memset(listener, 0, sizeof *listener);
	failure->operation = BINDCHAIN_NOTHING;
	request_init(&listener->request, kind);
	if (!read_settings(listener, settings, problem))
		return false;
	if (!*text)
		return listener_wrong(problem, has_path(kind) ? "the path is empty"
		                                              : "the address is empty", NULL);
	if (kind == BINDCHAIN_TCP || kind == BINDCHAIN_UDP)
		return listener_read_internet(list, text, problem, failure);
	if (kind == BINDCHAIN_NETLINK)
		return listener_read_netlink(&listener->request, text, problem)
		    && listener_add(list, listener, problem);
	if (kind_is_vsock(kind))
		return listener_read_vsock(&listener->request, text, problem)
		    && listener_add(list, listener, problem);
	if (listener->request.symlink && *text != '/'
	    && (*text != '@' || kind == BINDCHAIN_FIFO))
		return listener_wrong(problem, "symlink needs an absolute path: ", text);
	if (listener->request.symlink && strcmp(listener->request.symlink, text) == 0)
		return listener_wrong(problem, "symlink is the path itself: ", text);
	return request_set_path(&listener->request, text, failure) == 0
	    && listener_add(list, listener, problem);
}
