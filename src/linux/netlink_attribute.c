/* SPDX-License-Identifier: ISC */
#include "netlink_attribute.h"

#include <linux/netlink.h>
#include <string.h>

const unsigned char *
netlink_attribute(const unsigned char *bytes, size_t length, unsigned type, size_t *size)
{
	while (length >= sizeof(struct nlattr)) {
		struct nlattr attribute;
		size_t step;
		memcpy(&attribute, bytes, sizeof attribute);
		if (attribute.nla_len < sizeof attribute || attribute.nla_len > length)
			return NULL;
		if (attribute.nla_type == type) {
			*size = attribute.nla_len - sizeof attribute;
			return bytes + sizeof attribute;
		}
		step = NLMSG_ALIGN(attribute.nla_len);
		if (step > length)
			return NULL;
		bytes += step;
		length -= step;
	}
	return NULL;
}
