/* SPDX-License-Identifier: ISC */
/* Interposed calls with a list of arguments, a row for each: LIST(name, enum execute_list). */
LIST(execl, EXECUTE_LIST)
LIST(execle, EXECUTE_LIST_ENVIRONMENT)
LIST(execlp, EXECUTE_LIST_BY_NAME)
