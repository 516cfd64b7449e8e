/* SPDX-License-Identifier: ISC */
/*
 * receiver: says "ready", and then what descriptor 3 receives, a line a message.
 *
 *   receiver                  the message itself
 *   receiver --credentials    and who sent it: unix(7), SCM_CREDENTIALS
 *   receiver --interface      "interface NAME" of RTM_NEWLINK: rtnetlink(7)
 */
#define _GNU_SOURCE
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void
print_sender(struct msghdr *message)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	struct ucred sender;

	if (!header || header->cmsg_type != SCM_CREDENTIALS)
		return;
	memcpy(&sender, CMSG_DATA(header), sizeof sender);
	printf(" from %d of %u", (int)sender.pid, (unsigned)sender.uid);
}

static void
print_interface(const char *bytes, size_t length)
{
	struct nlmsghdr header;
	size_t at = NLMSG_LENGTH(sizeof(struct ifinfomsg));

	memcpy(&header, bytes, sizeof header);
	if (header.nlmsg_type != RTM_NEWLINK)
		return;
	while (at + sizeof(struct rtattr) <= length) {
		struct rtattr attribute;
		memcpy(&attribute, bytes + at, sizeof attribute);
		if (attribute.rta_len < sizeof attribute)
			return;
		if (attribute.rta_type == IFLA_IFNAME)
			printf("interface %s\n", bytes + at + RTA_LENGTH(0));
		at += RTA_ALIGN(attribute.rta_len);
	}
}

static bool
receive(bool credentials, bool interface)
{
	char bytes[8192], control[CMSG_SPACE(sizeof(struct ucred))];
	struct iovec part = { bytes, sizeof bytes - 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
		.msg_controllen = sizeof control };
	ssize_t length = recvmsg(3, &message, 0);

	if (length < 0)
		return false;
	bytes[length] = '\0';
	if (interface) {
		print_interface(bytes, (size_t)length);
	} else {
		fputs(bytes, stdout);
		if (credentials)
			print_sender(&message);
		putchar('\n');
	}
	return fflush(stdout) == 0;
}

int
main(int argc, char **argv)
{
	const char *option = argc > 1 ? argv[1] : "";

	puts("ready");
	fflush(stdout);
	while (receive(strcmp(option, "--credentials") == 0, strcmp(option, "--interface") == 0))
		;
	perror("receiver");
	return EXIT_FAILURE;
}
