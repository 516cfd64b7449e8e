/* SPDX-License-Identifier: ISC */
/*
 * Measuring what a program costs that opens a socket and executes the next one.
 *
 * A specification (spec.c) names the commands; count.c counts what each does up
 * to the execve of the next program, timing.c measures how long it takes, and
 * report.c and plot.c write down both.  All of it ends the process with a
 * message when the system refuses something: a figure that is half true is worse
 * than none.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#define WORDS_MAX 96
#define LIBRARIES_MAX 16
#define CALLS_MAX 512

/* What a command does between its own execve and that of the next program. */
struct counts {
	long instructions;  /* in user mode; one that repeats itself counts once */
	long code_pages;    /* pages that instructions were fetched from */
	long resident;      /* kB mapped in at the execve of the next program */
	long faults;        /* minor ones, less those of the next program alone */
	size_t calls;       /* of the system, the execve of the next program too */
	int numbers[CALLS_MAX];
	size_t libraries;   /* shared objects, without the dynamic linker */
	char *library[LIBRARIES_MAX];
};

/* A limit: absolute, or what may come on top of the floor. */
struct limit {
	bool given, beyond_floor;
	long value;
};

struct subject {
	char *name;
	char *argv[WORDS_MAX + 1]; /* argv[0] NULL: not to be had here */
	const char *missing;       /* then, what is missing */
	const struct subject *floor; /* what it is compared with, or NULL */
	bool connects;    /* it waits for a connection to 127.0.0.1, port `port` */
	unsigned port;
	double time;      /* reach of the ratio of added times, or 0 */
	struct limit instructions, calls, faults, libraries, size;
	struct counts counts;
	int64_t *samples; /* nanoseconds from vfork to wait4, one a round */
	int64_t *sorted;
};

/* Ratio of two added times: over all rounds, and the least and the greatest over
 * ten equal parts of them. */
struct ratio {
	double all, least, greatest;
};

struct measure {
	struct subject *subjects;
	size_t count;
	const struct subject *next; /* the next program alone: zero of all figures */
	struct stat next_file;      /* by which its execve is recognised */
	size_t rounds;
	bool cold; /* not itself, but the next program alone runs in front of each */
	FILE *addresses; /* where the guard writes those of all instructions, or NULL */
};

/* ---- main.c ---- */
__attribute__((noreturn, format(printf, 1, 2))) void die(const char *format, ...);
void *allocate(size_t count, size_t size);

/* ---- spec.c ---- */
/* A "{name}" of the specification's commands, given as NAME=VALUE. */
void spec_define(const char *definition);
/* Reads the file; looks up what is installed.  Its first subject is the next
 * program alone. */
void spec_read(struct measure *, const char *path);

/* ---- spawn.c ---- */
/* Comes before the others: settles on one processor and a better priority, where
 * it may. */
void spawn_prepare(void);
/* In the child: becomes the command, its standard error thrown away. */
__attribute__((noreturn)) void spawn_execute(const struct subject *);
/* Runs the command once: its nanoseconds, and its minor faults. */
int64_t spawn_timed(const struct subject *, long *faults);

/* ---- count.c ---- */
void count_subject(const struct measure *, struct subject *);
/* "socket", or the number where this header has no name for it. */
const char *count_call_name(int number, char buffer[16]);

/* ---- timing.c ---- */
void timing_run(struct measure *);
/* Nanoseconds: the quantile of its times, and of what it adds to the next
 * program alone. */
double timing_quantile(const struct measure *, const struct subject *, double quantile);
double timing_added(const struct measure *, const struct subject *);
struct ratio timing_ratio(const struct measure *, const struct subject *);

/* ---- report.c, plot.c, guard.c ---- */
void report_write(const struct measure *, FILE *);
void plot_write(const struct measure *, FILE *);
/* Holds the counts against the limits, without a clock; returns whether all
 * hold, and says on standard output what does not. */
bool guard_check(const struct measure *);
/* Size of the subject's executable in bytes. */
long guard_size(const struct subject *);

#endif
