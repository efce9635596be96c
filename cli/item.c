#include "cli/item.h"

#include "cli/ask.h"

/* Without instalments the cell is empty: 0 would read as one of them. */
void item_cells(Out *out, const json_t *row) {
    int64_t instalment = json_number(row, "instalment");
    out_cell(out, json_text(row, "charge"));
    if (instalment == 0) {
        out_cell(out, S(""));
    } else {
        out_number(out, instalment);
    }
}
