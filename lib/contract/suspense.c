#include "contract/suspense.h"

const char SUSPENSE_CUSTOMER[] = "~suspense";

bool suspense_is(Account account) {
    return str_equals(account.customer, str_of(SUSPENSE_CUSTOMER));
}
