#pragma once

/* Calls that have a better way here, turned into compile errors. Forced into every file of ours by
 * the build (-include). What to use instead:
 *
 *     strcpy, strcat, sprintf      str_format
 *     strtok, atoi                 str_cut, str_parse_i64
 *     gmtime, localtime            date.h
 *     rand                         a seeded generator of the test
 *     sleep                        wait for a condition with a deadline */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strtok strtok_r atoi atol atoll gmtime localtime
#pragma GCC poison rand srand sleep usleep
