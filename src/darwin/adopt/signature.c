/* SPDX-License-Identifier: ISC */
/*
 * A program with the hardened runtime, or a restricted one, gets no library but with an
 * entitlement: dyld, AMFI's flags for a process.  The signature's numbers are big-endian:
 * xnu, osfmk/kern/cs_blobs.h.
 */
#include "signature.h"

#include <arpa/inet.h>
#include <mach-o/loader.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "read_words.h"

/* More are no program: ordinary ones have two dozen commands and half a dozen parts. */
#define COMMANDS_MAX 512
#define PARTS_MAX 32
#define ENTITLEMENTS_MAX 8192

#define CSSLOT_CODEDIRECTORY 0
#define CSSLOT_ENTITLEMENTS 5
#define CS_RESTRICT 0x00000800U
#define CS_RUNTIME 0x00010000U

/* Where the signature begins, from LC_CODE_SIGNATURE; 0: there is none. */
static uint64_t
find_signature(int descriptor, uint32_t offset)
{
	struct mach_header_64 header;
	uint64_t at = (uint64_t)offset + sizeof header;
	uint32_t words[3]; /* command, its size, and of this one where the data begin */

	if (pread(descriptor, &header, sizeof header, (off_t)offset) != (ssize_t)sizeof header)
		return 0;
	for (uint32_t i = 0; i < header.ncmds && i < COMMANDS_MAX; i++) {
		if (!read_words(descriptor, words, sizeof words, at) || words[1] == 0)
			return 0;
		if (words[0] == LC_CODE_SIGNATURE)
			return (uint64_t)offset + words[2];
		at += words[1];
	}
	return 0;
}

/* Where the part of a SuperBlob begins; 0: there is none. */
static uint64_t
find_part(int descriptor, uint64_t signature, uint32_t slot)
{
	uint32_t words[3]; /* magic, length, count */
	uint32_t part[2];  /* slot, offset */

	if (!read_words(descriptor, words, sizeof words, signature))
		return 0;
	for (uint32_t i = 0; i < ntohl(words[2]) && i < PARTS_MAX; i++)
		if (read_words(descriptor, part, sizeof part,
		        signature + sizeof words + i * sizeof part)
		    && ntohl(part[0]) == slot)
			return signature + ntohl(part[1]);
	return 0;
}

static bool
is_entitled(int descriptor, uint64_t signature)
{
	char text[ENTITLEMENTS_MAX + 1];
	uint64_t at = find_part(descriptor, signature, CSSLOT_ENTITLEMENTS);
	ssize_t size = at ? pread(descriptor, text, ENTITLEMENTS_MAX, (off_t)at + 8) : -1;

	if (size <= 0)
		return false;
	text[size] = '\0';
	return strstr(text, "com.apple.security.cs.allow-dyld-environment-variables") != NULL;
}

bool
signature_protects(int descriptor, uint32_t offset)
{
	uint64_t signature = find_signature(descriptor, offset), directory;
	uint32_t words[4]; /* magic, length, version, flags */

	directory = signature ? find_part(descriptor, signature, CSSLOT_CODEDIRECTORY) : 0;
	return directory && read_words(descriptor, words, sizeof words, directory)
	    && ntohl(words[3]) & (CS_RESTRICT | CS_RUNTIME) && !is_entitled(descriptor, signature);
}
