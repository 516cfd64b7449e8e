/* SPDX-License-Identifier: ISC */
/* What a diagnosis finds: sentences with their severity, in a bounded array. */
#ifndef BINDCHAIN_FINDINGS_H
#define BINDCHAIN_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "bindchain.h"
#include "text.h"

/* The gravest first. */
enum finding_severity {
	FINDING_OBSTACLE, /* makes a call fail */
	FINDING_WARNING,  /* may make one fail, or is a surprise */
	FINDING_REMARK    /* of a failure: what can be done, or what is not known */
};

struct finding {
	enum finding_severity severity;
	const char *text; /* one line, escaped, without a newline */
};

/* What holds the address of a request that failed. */
enum address_holder {
	HOLDER_UNKNOWN,    /* a socket on this very address, or what is not visible */
	HOLDER_WILDCARD,   /* sockets whose wildcard includes it, or that its wildcard includes */
	HOLDER_CONNECTIONS /* connections that remain on the port */
};

/* A failure that is possible or certain, as struct bindchain_failure has it. */
struct expected_failure {
	enum bindchain_operation operation;
	int error;
	enum address_holder holder;
};

#define EXPECTED_FAILURES_MAX 8
#define FINDINGS_MAX 48
#define FINDINGS_SIZE 8192

/* Not to be copied: the texts are in BYTES. */
struct findings {
	size_t count;
	struct finding list[FINDINGS_MAX];
	enum address_holder holder;
	size_t failure_count;
	struct expected_failure failures[EXPECTED_FAILURES_MAX]; /* each once */
	bool is_full; /* the last one says that others are left out */
	size_t length;
	char bytes[FINDINGS_SIZE];
};

void findings_init(struct findings *);

/* Adds a sentence that is formatted as by text_printf(), or one that was composed. */
void findings_add(struct findings *, enum finding_severity, const char *format, ...)
    TEXT_FORMAT(3, 4);
void findings_add_text(struct findings *, enum finding_severity, const struct text *);

/* Of a sentence that was added: the call that it says will fail, or may fail. */
void findings_foresee(struct findings *, enum bindchain_operation, int error);
void findings_foresee_holder(struct findings *, enum bindchain_operation, enum address_holder);

#endif
