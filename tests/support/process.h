/* SPDX-License-Identifier: ISC */
/*
 * Running a program with everything about its start under control, and with a
 * deadline instead of any waiting for time.
 */
#ifndef BINDCHAIN_TEST_PROCESS_H
#define BINDCHAIN_TEST_PROCESS_H

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/types.h>

/* How a program is to be started. */
struct Command {
	Command() = default;
	/* ARGUMENTS with [0] both the file to execute and the name passed. */
	Command(std::vector<std::string> arguments);

	std::string file;                /* a path: nothing is searched */
	std::vector<std::string> argv;   /* whole, [0] included; may be empty */
	std::vector<std::string> environment; /* "NAME=value"; nothing is inherited */
	std::string directory;           /* to start in; empty: this one */
	std::string input;               /* what standard input has, then its end */
	/*
	 * The child's descriptor, and ours that it is a copy of.  Standard input,
	 * output and error are pipes unless they are here or in `closed`; every
	 * other descriptor is closed.
	 */
	std::map<int, int> descriptors;
	std::vector<int> closed; /* of 0, 1 and 2 */
	std::map<int, rlim_t> limits; /* RLIMIT_…, soft */
	std::optional<uid_t> user;    /* to change to, group of the same number too */
	/* Called in the child, just before it executes; can change what is executed. */
	std::function<void(Command &)> before_execution;
	std::chrono::milliseconds deadline = std::chrono::seconds(20);

	/* Replaces or appends NAME=VALUE. */
	Command &set(const std::string &name, const std::string &value);
	Command &unset(const std::string &name);
};

/* What execve(2) takes: pointers into STRINGS, and NULL. */
std::vector<char *> pointers(const std::vector<std::string> &strings);

/* For before_execution: LISTEN_PID as it is when the sockets are for this process. */
void set_listen_pid(Command &);

/* What became of it. */
struct Result {
	pid_t pid = -1;
	int status = -1;     /* exit status, when it exited */
	int signal = 0;      /* that killed it, or 0 */
	bool timed_out = false; /* it was killed at the deadline */
	std::string output, error;

	/* The N-th line of standard error, without its newline; empty if there is none. */
	std::string error_line(size_t n) const;
	size_t error_lines() const;
};

/* For messages of failed assertions. */
std::ostream &operator<<(std::ostream &, const Result &);

/* A running program.  The destructor kills it, and all of its process group. */
class Process {
public:
	explicit Process(const Command &);
	~Process();
	Process(const Process &) = delete;
	Process &operator=(const Process &) = delete;

	pid_t pid() const { return result_.pid; }

	/* The next line of standard output, newline removed.  Throws at the
	 * deadline or at the end of the output. */
	std::string read_line();
	/* Waits for the end, of the output too. */
	Result finish();
	void kill(int signal) const;

private:
	void start(const Command &);
	void pump_until(bool (*)(Process &));
	void read_some(int &descriptor, std::string &into);
	void write_some();
	void reap();
	bool ended() const;

	Command command_;
	Result result_;
	bool reaped_ = false;
	int input_ = -1, output_ = -1, error_ = -1;
	size_t written_ = 0, line_start_ = 0;
	std::chrono::steady_clock::time_point deadline_;
};

Result run(const Command &);
/* What a command line of the system's own programs prints. */
std::string output_of(const std::string &command_line);

#endif
