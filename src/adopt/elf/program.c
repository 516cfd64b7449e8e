/* SPDX-License-Identifier: ISC */
/*
 * An ELF file's header, its interpreter, its notes and the names of its sections, elf(5).
 * Nothing in it is trusted: all is read by pread(2) with sizes of our own.
 */
#include "program.h"

#include <elf.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

/* More headers are no program: ordinary ones have a dozen, and three dozen of sections. */
#define SEGMENTS_MAX 128
#define SECTIONS_MAX 512
#define NOTES_MAX 1024

struct segment {
	uint32_t type;
	uint64_t offset, size;
};

struct section {
	uint32_t name;
	uint64_t offset;
};

/* What the two classes have in common. */
struct elf_file {
	int descriptor;
	unsigned char identity[EI_NIDENT];
	uint16_t machine, segment_count, segment_size, section_count, section_size, names;
	uint64_t segments, sections;
};

static bool
read_at(const struct elf_file *file, void *bytes, size_t size, uint64_t offset)
{
	return offset <= INT64_MAX
	    && pread(file->descriptor, bytes, size, (off_t)offset) == (ssize_t)size;
}

/* The byte order is that of this machine, or the file is another's. */
static bool
read_header(struct elf_file *file)
{
	Elf32_Ehdr narrow;
	Elf64_Ehdr wide;

	if (!read_at(file, file->identity, sizeof file->identity, 0)
	    || memcmp(file->identity, ELFMAG, SELFMAG) != 0)
		return false;
	if (file->identity[EI_CLASS] == ELFCLASS64 && read_at(file, &wide, sizeof wide, 0)) {
		file->machine = wide.e_machine;
		file->segments = wide.e_phoff;
		file->segment_count = wide.e_phnum;
		file->segment_size = wide.e_phentsize;
		file->sections = wide.e_shoff;
		file->section_count = wide.e_shnum;
		file->section_size = wide.e_shentsize;
		file->names = wide.e_shstrndx;
		return true;
	}
	if (file->identity[EI_CLASS] == ELFCLASS32 && read_at(file, &narrow, sizeof narrow, 0)) {
		file->machine = narrow.e_machine;
		file->segments = narrow.e_phoff;
		file->segment_count = narrow.e_phnum;
		file->segment_size = narrow.e_phentsize;
		file->sections = narrow.e_shoff;
		file->section_count = narrow.e_shnum;
		file->section_size = narrow.e_shentsize;
		file->names = narrow.e_shstrndx;
		return true;
	}
	return false;
}

static bool
read_segment(const struct elf_file *file, unsigned index, struct segment *segment)
{
	uint64_t offset = file->segments + (uint64_t)index * file->segment_size;
	Elf32_Phdr narrow;
	Elf64_Phdr wide;

	if (file->identity[EI_CLASS] == ELFCLASS64 && read_at(file, &wide, sizeof wide, offset))
		*segment = (struct segment) { wide.p_type, wide.p_offset, wide.p_filesz };
	else if (file->identity[EI_CLASS] == ELFCLASS32
	         && read_at(file, &narrow, sizeof narrow, offset))
		*segment = (struct segment) { narrow.p_type, narrow.p_offset, narrow.p_filesz };
	else
		return false;
	return true;
}

static bool
find_segment(const struct elf_file *file, uint32_t type, unsigned *next, struct segment *segment)
{
	while (*next < file->segment_count && *next < SEGMENTS_MAX)
		if (read_segment(file, (*next)++, segment) && segment->type == type)
			return true;
	return false;
}

static bool
read_section(const struct elf_file *file, unsigned index, struct section *section)
{
	uint64_t offset = file->sections + (uint64_t)index * file->section_size;
	Elf32_Shdr narrow;
	Elf64_Shdr wide;

	if (file->identity[EI_CLASS] == ELFCLASS64 && read_at(file, &wide, sizeof wide, offset))
		*section = (struct section) { wide.sh_name, wide.sh_offset };
	else if (file->identity[EI_CLASS] == ELFCLASS32
	         && read_at(file, &narrow, sizeof narrow, offset))
		*section = (struct section) { narrow.sh_name, narrow.sh_offset };
	else
		return false;
	return true;
}

/* What debug/buildinfo of Go looks for; strip(1) leaves it. */
static bool
has_build_information(const struct elf_file *file)
{
	static const char wanted[] = ".go.buildinfo";
	char name[sizeof wanted];
	struct section names, section;

	if (!read_section(file, file->names, &names))
		return false;
	for (unsigned i = 0; i < file->section_count && i < SECTIONS_MAX; i++)
		if (read_section(file, i, &section)
		    && read_at(file, name, sizeof name, names.offset + section.name)
		    && memcmp(name, wanted, sizeof name) == 0)
			return true;
	return false;
}

/* A note "Go": the linker of Go writes its build ID so, if it writes one. */
static bool
has_note_of_go(const struct elf_file *file)
{
	static const char name[] = "Go\0";
	char notes[NOTES_MAX];
	struct segment segment;
	unsigned next = 0;

	while (find_segment(file, PT_NOTE, &next, &segment)) {
		size_t size = segment.size < sizeof notes ? (size_t)segment.size : sizeof notes;
		if (size < sizeof(Elf32_Nhdr) + sizeof name
		    || !read_at(file, notes, size, segment.offset))
			continue;
		for (size_t at = sizeof(Elf32_Nhdr); at + sizeof name <= size; at += 4)
			if (memcmp(notes + at, name, sizeof name) == 0)
				return true;
	}
	return false;
}

static bool
read_interpreter(const struct elf_file *file, char interpreter[PATH_MAX])
{
	struct segment segment;
	unsigned next = 0;

	if (!find_segment(file, PT_INTERP, &next, &segment) || segment.size == 0
	    || segment.size > PATH_MAX
	    || !read_at(file, interpreter, (size_t)segment.size, segment.offset))
		return false;
	interpreter[segment.size - 1] = '\0';
	return true;
}

static bool
is_of_same_machine(const struct elf_file *file, const struct elf_file *other)
{
	return file->machine == other->machine
	    && file->identity[EI_CLASS] == other->identity[EI_CLASS]
	    && file->identity[EI_DATA] == other->identity[EI_DATA];
}

static enum program_problem
judge(const struct elf_file *file, const struct elf_file *library)
{
	char interpreter[PATH_MAX];

	if (!is_of_same_machine(file, library))
		return PROGRAM_OTHER_MACHINE;
	if (has_note_of_go(file) || has_build_information(file))
		return PROGRAM_GO;
	if (!read_interpreter(file, interpreter))
		return PROGRAM_STATIC;
	return program_is_of_this_libc(interpreter) ? PROGRAM_FINE : PROGRAM_OTHER_LIBC;
}

enum program_problem
program_judge_executable(int descriptor, const char *path, const char *library)
{
	struct elf_file file = { .descriptor = descriptor };
	struct elf_file other = { .descriptor = open(library, O_RDONLY | O_CLOEXEC) };
	enum program_problem problem = PROGRAM_UNKNOWN;

	(void)path;
	if (other.descriptor >= 0 && read_header(&other) && read_header(&file))
		problem = judge(&file, &other);
	if (other.descriptor >= 0)
		close(other.descriptor);
	return problem;
}
