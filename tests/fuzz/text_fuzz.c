/* str_is_text: two texts are one text when joined, and a text is cut into texts at any ASCII byte.
 */
#include "base/check.h"
#include "base/str.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str whole = str_from(data, (ptrdiff_t)size);
    bool whole_is_text = str_is_text(whole);
    for (ptrdiff_t at = 0; at <= whole.len; at++) {
        bool halves_are_text =
            str_is_text(str_slice(whole, 0, at)) && str_is_text(str_slice(whole, at, whole.len));
        CHECK(!halves_are_text || whole_is_text);
        bool ascii = at < whole.len && data[at] < 0x80;
        CHECK(!(whole_is_text && ascii) || halves_are_text);
    }
    return 0;
}
