/* SPDX-License-Identifier: ISC */
#include "originals.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adopt.h"
#include "number.h"
#include "preload.h"
#include "text.h"
#include "turns.h"

#define VARIABLE "BINDCHAIN_ADOPT"

static struct original originals[ADOPT_SOCKETS_MAX];
static int original_count;
static atomic_int waiting;
/* Of each, in all processes that are forked: has any taken it, and in place of which socket?
 * NULL: not shared. */
static struct shared {
	atomic_bool claimed;
	atomic_uintptr_t replaced;
} *shared;
_Static_assert(ADOPT_SOCKETS_MAX <= 64, "a set has a bit for each");
struct adopt_words adopt_words;

/* ---- messages ---- */

/* The file of standard error at the start: the daemon may put another there. */
static struct stat error_file;

static bool
is_error_file(void)
{
	struct stat now;

	return fstat(STDERR_FILENO, &now) == 0 && now.st_dev == error_file.st_dev
	    && now.st_ino == error_file.st_ino;
}

void
adopt_say(const char *format, ...)
{
	int saved = errno;
	struct text text;
	va_list arguments;

	if (!is_error_file()) {
		errno = saved;
		return;
	}
	text_init(&text);
	text_printf(&text, "bindchain-adopt: ");
	va_start(arguments, format);
	text_vprintf(&text, format, arguments);
	va_end(arguments);
	text_printf(&text, "\n");
	text_write_bytes(STDERR_FILENO, text.bytes, text.length);
	errno = saved;
}

/* ---- counting ---- */

bool
adopt_is_waiting(void)
{
	return atomic_load_explicit(&waiting, memory_order_relaxed) > 0;
}

bool
originals_exist(void)
{
	return original_count > 0;
}

bool
originals_are_datagrams(void)
{
	for (int i = 0; i < original_count; i++)
		if (originals[i].type != SOCK_DGRAM)
			return false;
	return true;
}

/* In this process, or in another of the daemon's. */
bool
originals_were_taken(void)
{
	for (int i = 0; i < original_count; i++)
		if (originals[i].taken || (shared && atomic_load(&shared[i].claimed)))
			return true;
	return false;
}

/* ---- the variable ---- */

/* What follows the list of descriptors, with its separator. */
static char variable_words[PATH_MAX + 64];

/* Whoever shares memory with the daemon, but not its descriptors, changes nothing: vfork(2). */
static pid_t owner;

/* This process and those that it was forked from, since the library was loaded.  More forks in
 * a row are no way to the background. */
#define GENERATIONS_MAX 8
static pid_t generations[GENERATIONS_MAX];
static int generation;

static bool
has_ended(pid_t process)
{
	return kill(process, 0) != 0 && errno == ESRCH;
}

/*
 * This process has taken it, or has gone on in the background from the one that has: all
 * between have ended.  In a PID namespace of its own, where it does not see them, it has not.
 */
static bool
is_ours(const struct original *original)
{
	if (!original->taken || generation >= GENERATIONS_MAX || getpid() != owner)
		return false;
	for (int i = original->generation; i < generation; i++)
		if (!has_ended(generations[i]))
			return false;
	return original->generation == generation || getppid() != 0;
}

static int
type_of(int descriptor)
{
	int type;
	socklen_t length = sizeof type;

	return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length) == 0 ? type : -1;
}

/* Is its descriptor still that socket? */
static bool
is_there(const struct original *original)
{
	struct address address;

	return original->descriptor >= 0 && address_read(&address, original->descriptor)
	    && type_of(original->descriptor) == original->type
	    && address_is_same(&original->address, &address);
}

/* One that has not been taken, or that this process needs to bind anew.  A child that closes
 * what its parent has taken wants no part of it. */
static bool
is_kept(const struct original *original)
{
	return !original->taken || (is_ours(original) && is_there(original));
}

bool
adopt_keeps(int descriptor)
{
	int saved = errno;
	bool is_one = false;

	for (int i = 0; i < original_count && !is_one; i++)
		is_one = originals[i].descriptor == descriptor && is_kept(&originals[i]);
	errno = saved;
	return is_one;
}

int
adopt_next_original(unsigned first, unsigned last)
{
	int next = -1;

	for (int i = 0; i < original_count; i++) {
		int descriptor = originals[i].descriptor;
		if ((unsigned)descriptor >= first && (unsigned)descriptor <= last
		    && (next < 0 || descriptor < next) && is_kept(&originals[i]))
			next = descriptor;
	}
	return next;
}

static uint64_t
bit(int index)
{
	return UINT64_C(1) << index;
}

/* Of a list of all. */
static size_t
list_size(void)
{
	return (size_t)original_count * NUMBER_TEXT_SIZE + 1;
}

/* The numbers of a SET of originals. */
static size_t
list_descriptors(char *list, uint64_t set)
{
	char number[NUMBER_TEXT_SIZE];
	size_t length = 0;

	for (int i = 0; i < original_count; i++) {
		const char *digits = number_text(originals[i].descriptor, number);
		if (!(set & bit(i)))
			continue;
		if (length > 0)
			list[length++] = ',';
		memcpy(list + length, digits, strlen(digits) + 1);
		length += strlen(digits);
	}
	return length;
}

/* Those that programs get which are executed without execve(2) being seen. */
static uint64_t
passing_set(void)
{
	bool were_taken = originals_were_taken();
	uint64_t set = 0;

	for (int i = 0; i < original_count; i++)
		if (!originals[i].taken && !(were_taken && originals[i].closed))
			set |= bit(i);
	return set;
}

/* What the variable has; 0 in a child of fork(2), which may have got it half written. */
static _Atomic uint64_t written;

/* Writes those that wait over the old value, which was longer: the string may be anywhere,
 * and what points to it is the daemon's. */
static void
write_value(char *value)
{
	char list[list_size()];
	char *words = value + strcspn(value, ";");
	uint64_t set = passing_set();
	size_t length = list_descriptors(list, set), old = strlen(value);

	atomic_store(&written, set);
	if (length == 0) {
		*value = '\0';
		preload_drop();
	} else if (length + strlen(words) <= old) {
		memmove(value + length, words, strlen(words) + 1);
		memcpy(value, list, length);
	}
}

/* One writes, also for those who come meanwhile: another thread, or a signal's handler. */
static atomic_int variable_changes;

static void
write_variable(void)
{
	char *value = getenv(VARIABLE);
	int done;

	if (!value || atomic_fetch_add(&variable_changes, 1) > 0)
		return;
	do {
		done = atomic_load(&variable_changes);
		write_value(value);
	} while (!atomic_compare_exchange_strong(&variable_changes, &done, 0));
}

/* The daemon has executed itself, in vain.  Another thread may have forked meanwhile: its child has
 * the flags of that time. */
static atomic_bool has_passed_taken;

bool
originals_have_passed(void)
{
	return has_passed_taken;
}

static bool
is_withheld(const struct original *original, int flags)
{
	return (flags & FD_CLOEXEC) || original->closed;
}

/* Of its descriptor; -1 if that is now another file's, which stays as it is. */
static int
flags_of(const struct original *original)
{
	return is_there(original) ? fcntl(original->descriptor, F_GETFD) : -1;
}

/* From programs that are executed without execve(2) being seen, once one has been taken. */
static void
withhold_closed(void)
{
	for (int i = 0; i < original_count; i++)
		if (!originals[i].taken && originals[i].closed && flags_of(&originals[i]) >= 0)
			fcntl(originals[i].descriptor, F_SETFD, FD_CLOEXEC);
}

void
originals_take(struct original *original, uintptr_t replaced)
{
	if (shared && replaced)
		atomic_store(&shared[original - originals].replaced, replaced);
	if (atomic_exchange(&original->taken, true))
		return;
	original->taker = getpid();
	original->generation = generation;
	atomic_fetch_sub(&waiting, 1);
	fcntl(original->descriptor, F_SETFD, FD_CLOEXEC);
	withhold_closed();
	write_variable();
}

bool
originals_are_own(void)
{
	for (int i = 0; originals_were_taken() && i < original_count; i++)
		if (is_ours(&originals[i]))
			return true;
	return false;
}

void
adopt_keep(int descriptor)
{
	bool is_owner;

	if (!adopt_is_waiting())
		return;
	is_owner = getpid() == owner;
	if (!is_owner || originals_were_taken())
		fcntl(descriptor, F_SETFD, FD_CLOEXEC);
	if (!is_owner)
		return;
	for (int i = 0; i < original_count; i++)
		if (originals[i].descriptor == descriptor && !originals[i].closed) {
			originals[i].closed = true;
			write_variable();
		}
}

/* Of one that has taken some, which may run scripts by the daemon's interpreter. */
static bool
is_child(void)
{
	for (int i = 0; i < original_count; i++)
		if (originals[i].taken)
			return !originals_are_own();
	return false;
}

/*
 * A daemon that has taken one says by closing others, or by their close-on-exec flag, that other
 * programs get none.  Before, it may be a program that executes the daemon.
 */
static bool
passes(const struct original *original, int flags, enum originals_next next)
{
	if (next == ORIGINALS_UNKNOWN || flags < 0)
		return false;
	if (original->taken)
		return next == ORIGINALS_OWN && is_ours(original);
	return !is_withheld(original, flags) || !originals_were_taken()
	    || (next == ORIGINALS_OWN && !is_child());
}

/* Makes each pass or not as it does to programs in general, and notes those marked.  The variable
 * is not looked for in vain: another thread may call setenv(3). */
static void
settle(void)
{
	bool were_taken = originals_were_taken();

	for (int i = 0; i < original_count; i++) {
		struct original *original = &originals[i];
		int flags = original->taken ? -1 : flags_of(original), wanted;
		if (flags < 0 || !is_withheld(original, flags))
			continue;
		original->closed = true;
		wanted = were_taken ? FD_CLOEXEC : 0;
		if (flags != wanted)
			fcntl(original->descriptor, F_SETFD, wanted);
	}
	if (passing_set() != atomic_load(&written))
		write_variable();
}

/* Whoever shares memory, but not descriptors, changes those of nobody else. */
static bool
begin_turn(void)
{
	bool is_owner = getpid() == owner;

	if (is_owner && turn_begin())
		settle();
	return is_owner;
}

void
originals_settle(void)
{
	if (begin_turn())
		turn_end();
}

size_t
originals_value_size(void)
{
	return list_size() + strlen(variable_words);
}

struct originals_changes
originals_pass(enum originals_next next, char *value)
{
	struct originals_changes changes = { .has_turn = begin_turn() };
	uint64_t set = 0;
	size_t length;

	for (int i = 0; i < original_count; i++) {
		bool is_withheld_already = originals[i].taken && next != ORIGINALS_OWN && !has_passed_taken;
		int flags = is_withheld_already ? -1 : flags_of(&originals[i]);
		int wanted = passes(&originals[i], flags, next) ? 0 : FD_CLOEXEC;
		if (wanted == 0)
			set |= bit(i);
		if (flags < 0 || flags == wanted)
			continue;
		if (originals[i].taken && wanted == 0)
			has_passed_taken = true;
		fcntl(originals[i].descriptor, F_SETFD, wanted);
		*(wanted ? &changes.set : &changes.cleared) |= bit(i);
	}
	length = list_descriptors(value, set);
	memcpy(value + length, variable_words, strlen(variable_words) + 1);
	if (length == 0)
		*value = '\0';
	return changes;
}

/* Another thread may have taken one meanwhile, or closed it. */
static bool
is_to_stay(const struct original *original)
{
	return original->taken || (original->closed && originals_were_taken());
}

void
originals_stay(const struct originals_changes *changes)
{
	for (int i = 0; i < original_count; i++)
		if (changes->cleared & bit(i))
			fcntl(originals[i].descriptor, F_SETFD, FD_CLOEXEC);
		else if ((changes->set & bit(i)) && !is_to_stay(&originals[i]))
			fcntl(originals[i].descriptor, F_SETFD, 0);
	if (changes->has_turn)
		turn_end();
}

/* Above, or at the limit of descriptors anywhere. */
static int
move(int descriptor)
{
	char before[NUMBER_TEXT_SIZE], after[NUMBER_TEXT_SIZE];
	int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, descriptor + 1);

	/* The variable has no room for a digit more. */
	if (moved >= 0
	    && strlen(number_text(moved, after)) == strlen(number_text(descriptor, before)))
		return moved;
	if (moved >= 0)
		real_close(moved);
	return fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

void
adopt_make_room(int descriptor)
{
	if (!originals_exist() || getpid() != owner)
		return;
	for (int i = 0; i < original_count; i++) {
		struct original *original = &originals[i];
		if (original->descriptor != descriptor || !is_kept(original))
			continue;
		original->descriptor = move(descriptor);
		if (original->descriptor < 0) {
			adopt_say("descriptor %d: no room to keep this socket: %s", descriptor,
			    strerror(errno));
			originals_take(original, 0);
		}
		original->closed = true;
		write_variable();
	}
}

/* ---- matching ---- */

/* The protocol, or 0 where the system does not tell. */
static int
protocol_of(int descriptor)
{
	int protocol = 0;
#ifdef SO_PROTOCOL
	socklen_t length = sizeof protocol;

	if (getsockopt(descriptor, SOL_SOCKET, SO_PROTOCOL, &protocol, &length) != 0)
		protocol = 0;
#else
	(void)descriptor;
#endif
	return protocol;
}

static const char *
last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The kernel is asked only about files of that name: a sandbox may refuse the question. */
static bool
has_its_name(const struct original *original, const char *path)
{
	char own[ADDRESS_PATH_SIZE];

	address_path(&original->address, own);
	return strcmp(last_component(own), last_component(path)) == 0;
}

static bool
is_file_of(const struct original *original, int directory, const char *path)
{
	struct stat status;

	return original->has_file && has_its_name(original, path)
	    && fstatat(directory, path, &status, AT_SYMLINK_NOFOLLOW) == 0
	    && S_ISSOCK(status.st_mode) && status.st_dev == original->device
	    && status.st_ino == original->inode;
}

/* BY_PORT: whatever the host. */
static bool
addresses_match(const struct original *original, const struct address *asked, bool by_port)
{
	char path[ADDRESS_PATH_SIZE];

	if (address_family(asked) == AF_UNIX) {
		address_path(asked, path);
		return original->has_file ? is_file_of(original, AT_FDCWD, path)
		                          : address_is_same(&original->address, asked);
	}
	/* Port 0 asks for any port, not for ours. */
	if (address_family(asked) != address_family(&original->address)
	    || address_port(asked) == 0
	    || address_port(asked) != address_port(&original->address))
		return false;
	return by_port || address_is_same(&original->address, asked);
}

/* Whether it is the caller's now, if it CLAIMS it, or could be. */
static bool
is_free(const struct original *original, bool claims)
{
	atomic_bool *flag = shared ? &shared[original - originals].claimed : NULL;

	if (original->taken || !flag)
		return !original->taken;
	return claims ? !atomic_exchange(flag, true) : !atomic_load(flag);
}

static bool
is_connected(int descriptor)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof peer;

	return getpeername(descriptor, (struct sockaddr *)&peer, &size) == 0;
}

/*
 * A second socket for datagrams is one that is then connected to a client, while the first serves
 * the others; but a daemon that reads its configuration again closes the first, and binds anew.
 */
static bool
can_be_shared(const struct original *original)
{
	int found[DUPLICATES_MAX];

	return original->type != SOCK_DGRAM || original->taker != getpid()
	    || (!is_connected(original->descriptor)
	        && duplicates_find(original->descriptor, found) == 0);
}

static struct original *
find_match(int descriptor, const struct address *asked, bool by_port, bool claims)
{
	int type = type_of(descriptor), protocol = protocol_of(descriptor);
	struct original *taken = NULL;

	for (int i = 0; i < original_count; i++) {
		struct original *original = &originals[i];
		if (original->type != type || original->protocol != protocol
		    || !addresses_match(original, asked, by_port) || !is_there(original))
			continue;
		if (is_free(original, claims))
			return original;
		if (!taken && can_be_shared(original))
			taken = original;
	}
	return taken;
}

static bool
is_bound(int descriptor)
{
	struct address own;

	if (!address_read(&own, descriptor))
		return false;
	return address_is_internet(&own) ? address_port(&own) != 0
	                                 : own.length > sizeof(sa_family_t);
}

/* Before the kernel is asked anything: clients bind often, to any port. */
static bool
is_address_of_any(const struct address *asked)
{
	for (int i = 0; i < original_count; i++)
		if (addresses_match(&originals[i], asked, adopt_words.by_port))
			return true;
	return false;
}

struct original *
originals_match(int descriptor, const struct address *asked, bool claims)
{
	struct original *original;

	/* The daemon's is otherwise none that it wants to bind. */
	if (!is_address_of_any(asked) || is_connected(descriptor) || is_bound(descriptor))
		return NULL;
	original = find_match(descriptor, asked, false, claims);
	return original || !adopt_words.by_port ? original
	                                        : find_match(descriptor, asked, true, claims);
}

struct original *
originals_replaced(int descriptor)
{
	uintptr_t identity;

	if (!shared || is_connected(descriptor) || is_bound(descriptor))
		return NULL;
	identity = socket_identity(descriptor);
	for (int i = 0; identity && i < original_count; i++)
		if (atomic_load(&shared[i].replaced) == identity
		    && originals[i].type == type_of(descriptor)
		    && is_there(&originals[i]))
			return &originals[i];
	return NULL;
}

const struct original *
originals_of(int descriptor)
{
	struct address address;
	int type;

	if (original_count == 0 || is_connected(descriptor) || !address_read(&address, descriptor))
		return NULL;
	type = type_of(descriptor);
	for (int i = 0; i < original_count; i++)
		if (originals[i].type == type && address_is_same(&originals[i].address, &address))
			return &originals[i];
	return NULL;
}

bool
originals_have_file(int directory, const char *path)
{
	for (int i = 0; i < original_count; i++)
		if (path && is_file_of(&originals[i], directory, path))
			return true;
	return false;
}

/* ---- the start ---- */

static bool
add_original(const char *digits)
{
	static const struct number_rule rule = { .base = 10, .maximum = INT_MAX };
	struct original *original = &originals[original_count];
	long long descriptor;

	if (original_count == ADOPT_SOCKETS_MAX
	    || number_read(digits, &rule, &descriptor) != NUMBER_READ)
		return false;
	*original = (struct original) { .descriptor = (int)descriptor,
		.type = type_of((int)descriptor), .protocol = protocol_of((int)descriptor) };
	if (original->type < 0 || is_connected((int)descriptor) || !is_bound((int)descriptor)
	    || !address_read(&original->address, original->descriptor))
		return false;
	original_count++;
	return true;
}

static bool
read_word(const char *word)
{
	if (strcmp(word, "port") == 0)
		adopt_words.by_port = true;
	else if (strcmp(word, "strict") == 0)
		adopt_words.strict = true;
	else if (strcmp(word, "verbose") == 0)
		adopt_words.verbose = true;
	else if (strcmp(word, "check") == 0)
		adopt_words.check = true;
	else if (strncmp(word, "in=", 3) == 0)
		snprintf(adopt_words.directory, sizeof adopt_words.directory, "%s", word + 3);
	else
		return strcmp(word, "exact") == 0;
	return true;
}

/* Calls READ for each part of the COPY that ends with one of STOPS; returns what follows the
 * list, or NULL. */
static char *
read_parts(char *copy, char separator, char end, bool (*read)(const char *))
{
	for (;;) {
		size_t length = strcspn(copy, (char[]) { separator, end, '\0' });
		char stop = copy[length];
		copy[length] = '\0';
		if (!read(copy))
			return NULL;
		copy += length + (stop != '\0');
		if (stop != separator)
			return copy;
	}
}

/* Notes the file of a path, now: what is made there later is another's. */
static void
find_file(struct original *original)
{
	char path[PATH_MAX + ADDRESS_PATH_SIZE], own[ADDRESS_PATH_SIZE];
	struct stat status;

	if (address_family(&original->address) != AF_UNIX)
		return;
	address_path(&original->address, own);
	if (own[0] == '@' || !own[0])
		return;
	snprintf(path, sizeof path, "%s%s%s", own[0] == '/' ? "" : adopt_words.directory,
	    own[0] == '/' || !adopt_words.directory[0] ? "" : "/", own);
	original->has_file = true;
	if (stat(path, &status) == 0) {
		original->device = status.st_dev;
		original->inode = status.st_ino;
	}
}

static void
own_originals(void)
{
	owner = getpid();
	if (generation < GENERATIONS_MAX)
		generations[generation] = owner;
}

static void
withhold_taken(void)
{
	for (int i = 0; has_passed_taken && i < original_count; i++)
		if (originals[i].taken && flags_of(&originals[i]) >= 0)
			fcntl(originals[i].descriptor, F_SETFD, FD_CLOEXEC);
}

static void
begin_generation(void)
{
	turn_forget_others();
	withhold_taken();
	atomic_store(&variable_changes, 0); /* a thread of the parent's may have been writing */
	atomic_store(&written, 0);
	if (generation < GENERATIONS_MAX)
		generation++;
	own_originals();
}

/* What is said of the originals across fork(2). */
static void
begin_sharing(void)
{
	void *pages = mmap(NULL, ADOPT_SOCKETS_MAX * sizeof *shared, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	shared = pages == MAP_FAILED ? NULL : pages;
	own_originals();
	pthread_atfork(NULL, NULL, begin_generation);
}

static void
read_variable(void)
{
	const char *value = getenv(VARIABLE);
	char copy[ADOPT_SOCKETS_MAX * NUMBER_TEXT_SIZE + PATH_MAX], *words = NULL;

	fstat(STDERR_FILENO, &error_file);
	if (!value || !*value || adopt_is_privileged())
		return;
	if (strlen(value) < sizeof copy) {
		memcpy(copy, value, strlen(value) + 1);
		words = read_parts(copy, ',', ';', add_original);
	}
	if (words && *words)
		words = read_parts(words, ';', ';', read_word);
	if (!words) {
		original_count = 0;
		adopt_say("nothing is adopted: %s=%s is malformed, or has a descriptor that is no"
		    " bound socket", VARIABLE, value);
		return;
	}
	snprintf(variable_words, sizeof variable_words, "%s", value + strcspn(value, ";"));
	for (int i = 0; i < original_count; i++)
		find_file(&originals[i]);
	begin_sharing();
	preload_begin();
	atomic_store(&written, passing_set());
	atomic_store(&waiting, original_count);
}

__attribute__((constructor)) void
originals_begin(void)
{
	static atomic_bool begun;

	if (!atomic_exchange(&begun, true))
		read_variable();
}
