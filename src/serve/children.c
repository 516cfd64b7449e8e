/* SPDX-License-Identifier: ISC */
#include "children.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* The kernel counts process ids up, so their low bits spread them well. */
static uint32_t *
list_of(const struct children *children, pid_t pid)
{
	return &children->heads[(uint32_t)pid & children->mask];
}

bool
children_open(struct children *children, unsigned limit)
{
	size_t lists = 1;

	memset(children, 0, sizeof *children);
	while (lists < limit)
		lists *= 2;
	children->room = limit ? limit : 1;
	children->mask = (uint32_t)(lists - 1);
	/* Pages that are never written cost nothing. */
	children->heads = calloc(lists, sizeof *children->heads);
	children->list = calloc(children->room, sizeof *children->list);
	if (children->heads && children->list)
		return true;
	children_close(children);
	return false;
}

void
children_close(struct children *children)
{
	free(children->heads);
	free(children->list);
	children->heads = NULL;
	children->list = NULL;
}

void
children_add(struct children *children, pid_t pid, uint32_t source)
{
	uint32_t *head = list_of(children, pid), number = children->unused;
	struct child *child;

	if (number)
		children->unused = children->list[number - 1].next;
	else
		number = ++children->used;
	child = &children->list[number - 1];
	*child = (struct child) { pid, *head, source };
	*head = number;
	children->count++;
}

bool
children_grow(struct children *children, unsigned limit)
{
	struct children larger;

	if (limit <= children->room)
		return true;
	if (!children_open(&larger, limit))
		return false;
	for (uint32_t i = 0; i < children->used; i++)
		if (children->list[i].pid)
			children_add(&larger, children->list[i].pid, children->list[i].source);
	children_close(children);
	*children = larger;
	return true;
}

bool
children_remove(struct children *children, pid_t pid, uint32_t *source)
{
	uint32_t *link = list_of(children, pid), number;
	struct child *child;

	while (*link && children->list[*link - 1].pid != pid)
		link = &children->list[*link - 1].next;
	number = *link;
	if (!number)
		return false;
	child = &children->list[number - 1];
	*source = child->source;
	*link = child->next;
	*child = (struct child) { 0, children->unused, 0 };
	children->unused = number;
	children->count--;
	return true;
}

void
children_signal(const struct children *children, const int *signals)
{
	for (uint32_t i = 0; i < children->used; i++)
		for (const int *signal = signals; children->list[i].pid && *signal; signal++)
			kill(children->list[i].pid, *signal);
}
