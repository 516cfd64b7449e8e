/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "bindchain.h"

void
bindchain_request_init(struct bindchain_request *request, enum bindchain_kind kind)
{
	memset(request, 0, sizeof *request);
	request->kind = kind;
	request->descriptor = -1;
	request->backlog = kind == BINDCHAIN_UDP ? BINDCHAIN_NO_LISTEN
	                                         : BINDCHAIN_BACKLOG_MAXIMUM;
}
