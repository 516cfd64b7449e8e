/* SPDX-License-Identifier: ISC */
/* Darwin: launch.h, launch(3). */
#ifndef OVERLAY_DARWIN_LAUNCH_H
#define OVERLAY_DARWIN_LAUNCH_H

#include <stddef.h>

int launch_activate_socket(const char *name, int **descriptors, size_t *count);

#endif
