/* SPDX-License-Identifier: ISC */
/*
 * A server in C++11 at a Unix socket, whose path is removed when it stops.  Objects of the
 * library belong to std::unique_ptr; failures are exceptions.
 *
 *     c++ -std=c++11 server.cpp -o server $(pkg-config --cflags --libs bindchain)
 *     ./server /run/example/socket
 */
#include <csignal>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>

#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bindchain.h>

namespace {

struct Free {
	void operator()(bindchain_request *request) const { bindchain_request_free(request); }
};

std::string
text_of(const bindchain_failure &failure, const bindchain_request *request)
{
	std::string text(bindchain_failure_text(&failure, request, nullptr, 0) + 1, '\0');

	bindchain_failure_text(&failure, request, &text[0], text.size());
	text.pop_back();
	return text;
}

/* A listening Unix socket, and its path. */
class Listener {
public:
	Listener(const std::string &path, mode_t mode)
	    : request_(bindchain_request_new(BINDCHAIN_UNIX_STREAM))
	{
		bindchain_failure failure;

		if (bindchain_set_path(request_.get(), path.c_str(), &failure) == 0
		    && bindchain_set_mode(request_.get(), mode, &failure) == 0
		    && bindchain_set_flags(request_.get(), BINDCHAIN_CLOSE_ON_EXEC, &failure) == 0)
			descriptor_ = bindchain_open(request_.get(), &failure);
		if (descriptor_ < 0)
			throw std::runtime_error(text_of(failure, request_.get()));
	}
	~Listener() { bindchain_close(request_.get(), descriptor_, nullptr); }
	Listener(const Listener &) = delete;
	Listener &operator=(const Listener &) = delete;

	int descriptor() const { return descriptor_; }

private:
	std::unique_ptr<bindchain_request, Free> request_;
	int descriptor_ = -1;
};

/* Becomes readable when SIGTERM or SIGINT arrives. */
class StopSignals {
public:
	StopSignals()
	{
		struct sigaction action = {};

		if (pipe(pipe_) != 0)
			throw std::runtime_error("pipe");
		action.sa_handler = notify;
		sigaction(SIGTERM, &action, nullptr);
		sigaction(SIGINT, &action, nullptr);
	}
	StopSignals(const StopSignals &) = delete;
	StopSignals &operator=(const StopSignals &) = delete;

	int descriptor() const { return pipe_[0]; }

private:
	static void notify(int)
	{
		if (write(pipe_[1], "", 1) < 0)
			_exit(111);
	}
	static int pipe_[2];
};

int StopSignals::pipe_[2];

void
answer(int listener)
{
	const int connection = accept(listener, nullptr, nullptr);
	char line[256];

	if (connection < 0)
		return;
	const ssize_t length = read(connection, line, sizeof line);
	if (length > 0)
		dprintf(connection, "served: %.*s", static_cast<int>(length), line);
	close(connection);
}

void
serve(const Listener &listener, const StopSignals &signals)
{
	pollfd polled[2] = { { listener.descriptor(), POLLIN, 0 },
		{ signals.descriptor(), POLLIN, 0 } };

	while (!polled[1].revents)
		if (poll(polled, 2, -1) > 0 && polled[0].revents)
			answer(listener.descriptor());
}

} // namespace

int
main(int argc, char *argv[])
{
	if (argc != 2) {
		fprintf(stderr, "usage: server path\n");
		return 100;
	}
	try {
		const StopSignals signals;
		const Listener listener(argv[1], 0600);

		printf("listening on %s\n", argv[1]);
		fflush(stdout);
		serve(listener, signals);
	} catch (const std::exception &error) {
		fprintf(stderr, "server: %s\n", error.what());
		return 111;
	}
	return 0;
}
