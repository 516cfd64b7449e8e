/* SPDX-License-Identifier: ISC */
/* Claims about a system, as assertions at compile time. */
#ifndef FOREIGN_CLAIM_H
#define FOREIGN_CLAIM_H

#define CLAIM(name, number) _Static_assert((name) == (number), #name " is not " #number);
/* A name that is not there does not compile. */
#define CLAIM_EXISTS(name) _Static_assert((name) == (name), #name);
#define CLAIM_SIZE(type, size) _Static_assert(sizeof(type) == (size), "size of " #type);
/* The member is there, and of that type. */
#define CLAIM_MEMBER(structure, member, type)                                      \
	_Static_assert(_Generic(((structure *)0)->member, type: 1, default: 0),    \
	    #structure "." #member " is not " #type);
/* The same of COUNT in a row. */
#define CLAIM_ARRAY(structure, member, type, count)                                \
	CLAIM_MEMBER(structure, member[0], type)                                   \
	_Static_assert(sizeof ((structure *)0)->member == (count) * sizeof(type),  \
	    "length of " #structure "." #member);
#define CLAIM_OFFSET(structure, member, offset)                                    \
	_Static_assert(offsetof(structure, member) == (offset),                    \
	    "offset of " #structure "." #member);

#endif
