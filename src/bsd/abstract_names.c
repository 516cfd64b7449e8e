/* SPDX-License-Identifier: ISC */
/* unix(7) of Linux, unix(4) of the BSDs.  A file of its own for libbindchain-adopt, too. */
#include "backend.h"

const bool backend_has_abstract_names = false;
