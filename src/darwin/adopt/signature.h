/* SPDX-License-Identifier: ISC */
#ifndef BINDCHAIN_SIGNATURE_H
#define BINDCHAIN_SIGNATURE_H

#include <stdbool.h>
#include <stdint.h>

/* Whether the code signature of the Mach-O file at OFFSET makes dyld(1) drop its variables. */
bool signature_protects(int descriptor, uint32_t offset);

#endif
