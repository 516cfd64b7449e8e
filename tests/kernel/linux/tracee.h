/* SPDX-License-Identifier: ISC */
/* A program that stops at each of its system calls: ptrace(2). */
#ifndef BINDCHAIN_TEST_TRACEE_H
#define BINDCHAIN_TEST_TRACEE_H

#include <string>
#include <vector>

#include <sched.h>
#include <sys/ptrace.h>
#include <sys/types.h>

#include "network.h"
#include "process.h"

class Tracee {
public:
	/*
	 * Starts COMMAND, which then is about to make its first system call.  Standard
	 * input is /dev/null, and no descriptor above 2 is passed on but those of
	 * COMMAND.descriptors.  Throws where it cannot be started or traced.
	 */
	explicit Tracee(const Command &);
	/* The same, but it does not stop at the calls UNSEEN: next() is next_entry() then.
	 * By seccomp(2), for which the command has to be root. */
	Tracee(const Command &, const std::vector<unsigned> &unseen);
	/* Kills it. */
	~Tracee();
	Tracee(const Tracee &) = delete;
	Tracee &operator=(const Tracee &) = delete;

	enum class Stop {
		ENTRY,    /* a call is about to be made */
		EXIT,     /* a call has been made */
		EXECUTED, /* another program has taken over; it has not run yet */
		ENDED,
	};
	/* Lets the program run to its next stop. */
	Stop next();
	/* The same, to the next entry of a call or to what ends them. */
	Stop next_entry();
	/* The same, to what ends them alone. */
	Stop last();
	/* At an entry: lets the call be made.  Returns what it returned. */
	long long finish_call();
	/* At an entry: the call is not made, and fails with ERROR.  close(2) is made, for
	 * it closes whatever it returns. */
	void fail_call(int error);
	/* Can it, on this processor? */
	static bool fails_calls();

	/* At an entry, or at the exit after it. */
	unsigned long long call() const { return call_.number; }
	unsigned long long argument(int i) const { return call_.arguments[i]; }
	/* At an exit. */
	long long result() const { return result_; }
	/* From where the call was made. */
	unsigned long long instruction() const { return instruction_; }
	/* Up to SIZE bytes at ADDRESS of the program, fewer where no more are mapped. */
	std::string bytes(unsigned long long address, size_t size) const;
	/* The same up to a NUL; empty where there is none. */
	std::string text(unsigned long long address) const;

	pid_t pid() const { return pid_; }
	/* Once it has ended: the exit status, or -1 and the signal; hung() when a
	 * deadline was what killed it. */
	int status() const { return status_; }
	int signal() const { return signal_; }
	bool hung() const { return hung_; }
	std::string output() const;
	std::string error() const;
	/* Kills it at this stop. */
	void kill();

private:
	void start(const Command &, const std::vector<unsigned> &unseen);
	void attach(const Command &);
	void resume(int request, int signal);
	Stop next(int request);

	Stop note_end(int status);
	Stop note_call();

	struct {
		unsigned long long number = 0, arguments[6] = {};
	} call_;
	long long result_ = 0;
	unsigned long long instruction_ = 0;
	pid_t pid_ = -1;
	int status_ = -1, signal_ = 0, failing_ = 0;
	bool ended_ = false, hung_ = false, filtered_;
	cpu_set_t processors_ = {}; /* that we may run on */
	Descriptor output_, error_;
};

#endif
