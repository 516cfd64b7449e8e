/* SPDX-License-Identifier: ISC */
#include SD_DAEMON_H

#include "sd_functions.h"

static const char *const levels[] = { SD_EMERG, SD_ALERT, SD_CRIT, SD_ERR, SD_WARNING, SD_NOTICE,
	SD_INFO, SD_DEBUG };

const struct sd_functions SD_FUNCTIONS = {
	.levels = levels,
	.listen_fds_start = SD_LISTEN_FDS_START,
	.listen_fds = sd_listen_fds,
	.listen_fds_with_names = sd_listen_fds_with_names,
	.is_fifo = sd_is_fifo,
	.is_special = sd_is_special,
	.is_socket = sd_is_socket,
	.is_socket_inet = sd_is_socket_inet,
	.is_socket_sockaddr = sd_is_socket_sockaddr,
	.is_socket_unix = sd_is_socket_unix,
	.notify = sd_notify,
	.notifyf = sd_notifyf,
	.booted = sd_booted,
	.watchdog_enabled = sd_watchdog_enabled,
};
