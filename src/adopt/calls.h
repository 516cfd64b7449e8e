/* SPDX-License-Identifier: ISC */
/*
 * The interposed calls, a row for each: CALL(type, name, parameters, arguments), or ACTION
 * without a type where nothing is returned.  adopt_NAME() is called instead, and real_NAME()
 * is what the C library has.
 */
CALL(int, bind, (int descriptor, const struct sockaddr *address, socklen_t length),
    (descriptor, address, length))
CALL(int, listen, (int descriptor, int backlog), (descriptor, backlog))
CALL(int, setsockopt,
    (int descriptor, int level, int name, const void *value, socklen_t size),
    (descriptor, level, name, value, size))
CALL(int, close, (int descriptor), (descriptor))
CALL(int, dup2, (int from, int to), (from, to))
CALL(int, unlink, (const char *path), (path))
CALL(int, unlinkat, (int directory, const char *path, int flags), (directory, path, flags))
CALL(int, remove, (const char *path), (path))
CALL(int, execve, (const char *path, char *const *arguments, char *const *environment),
    (path, arguments, environment))
CALL(int, execv, (const char *path, char *const *arguments), (path, arguments))
CALL(int, execvp, (const char *name, char *const *arguments), (name, arguments))
CALL(int, posix_spawn,
    (pid_t * process, const char *path, const posix_spawn_file_actions_t *actions,
        const posix_spawnattr_t *attributes, char *const *arguments, char *const *environment),
    (process, path, actions, attributes, arguments, environment))
CALL(int, posix_spawnp,
    (pid_t * process, const char *name, const posix_spawn_file_actions_t *actions,
        const posix_spawnattr_t *attributes, char *const *arguments, char *const *environment),
    (process, name, actions, attributes, arguments, environment))
CALL(int, system, (const char *command), (command))
CALL(FILE *, popen, (const char *command, const char *mode), (command, mode))
CALL(int, posix_spawn_file_actions_addclose,
    (posix_spawn_file_actions_t * actions, int descriptor), (actions, descriptor))
CALL(int, posix_spawn_file_actions_adddup2,
    (posix_spawn_file_actions_t * actions, int from, int to), (actions, from, to))
