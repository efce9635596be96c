#pragma once

#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "contract/seal.h"

/* The content of a document: what tells two documents of one number apart.
 *
 * Over all fields this program knows but the three that name the document (creditor, customer,
 * number: fields 1 to 3). Fields that are not set leave no trace, so one that is added to the
 * contract later leaves the hashes of all earlier documents as they are; what a later contract
 * added is dropped from the message, since a later program would find it in another place. */
Hash content_hash(ProtobufCMessage *document, Arena *arena);
