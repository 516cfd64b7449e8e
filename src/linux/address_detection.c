/* SPDX-License-Identifier: ISC */
/*
 * A line of /proc/net/if_inet6 is the address in 32 hexadecimal digits, the interface's
 * index, the prefix, the scope and the flags, all hexadecimal too, and the interface's
 * name: net/ipv6/addrconf.c, if6_seq_show.  An optimistic address can be bound although
 * it is tentative: the same, __ipv6_chk_addr_and_flags.
 */
#include "address_detection.h"

#include <linux/if_addr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "address.h"
#include "compat.h"

#define DIGITS ((size_t)2 * ADDRESS_BYTES_MAX)

static void
write_digits(const struct address *address, char digits[DIGITS])
{
	static const char hexadecimal[] = "0123456789abcdef";
	unsigned char bytes[ADDRESS_BYTES_MAX];

	address_bytes(address, bytes);
	for (size_t i = 0; i < sizeof bytes; i++) {
		digits[2 * i] = hexadecimal[bytes[i] >> 4];
		digits[2 * i + 1] = hexadecimal[bytes[i] & 0xf];
	}
}

/* What is behind the digits of an address. */
static enum address_detection
read_state(char *text, unsigned zone, char interface[IF_NAMESIZE])
{
	unsigned long index = strtoul(text, &text, 16), flags;

	strtoul(text, &text, 16);
	strtoul(text, &text, 16);
	flags = strtoul(text, &text, 16);
	text += strspn(text, " ");
	text[strcspn(text, "\n")] = '\0';
	if ((zone && index != zone) || !(flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED))
	    || flags & IFA_F_OPTIMISTIC)
		return ADDRESS_USABLE;
	strlcpy(interface, text, IF_NAMESIZE);
	return (flags & IFA_F_DADFAILED) != 0 ? ADDRESS_DUPLICATE : ADDRESS_TENTATIVE;
}

enum address_detection
address_detection_of(const struct address *address, char interface[IF_NAMESIZE])
{
	enum address_detection state = ADDRESS_USABLE;
	char line[128], digits[DIGITS];
	FILE *file;

	if (address_family(address) != AF_INET6)
		return ADDRESS_USABLE;
	file = fopen("/proc/net/if_inet6", "re");
	if (!file)
		return ADDRESS_USABLE;
	write_digits(address, digits);
	while (state == ADDRESS_USABLE && fgets(line, sizeof line, file))
		if (strncmp(line, digits, DIGITS) == 0)
			state = read_state(line + DIGITS, address_zone(address), interface);
	fclose(file);
	return state;
}
