#pragma once

#include <protobuf-c/protobuf-c.h>

#include "base/str.h"

/* The descriptors of the contract's messages, found by name: for whoever prints, reads or checks
 * messages without knowing them (json.h, the command-line tool). */

/* The message of a topic or of its dead letters; NULL: not a topic of ours. */
const ProtobufCMessageDescriptor *message_of_topic(Str topic);
/* By its full name: "arrears.approvals.v1.Decision". NULL: not one that stands alone, in a topic or
 * under a signature. */
const ProtobufCMessageDescriptor *message_find(Str name);
