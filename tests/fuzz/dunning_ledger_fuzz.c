/* wire_read_ledger: any bytes are refused with a code and a sentence, or become an input that
 * dunning can decide on, with texts and numbers it may print and store. */
#include "base/check.h"
#include "dunning/core/debtor.h"
#include "dunning/wire.h"
#include "tests/fuzz/fuzz.h"

static void check_proposal(const Proposal *proposal) {
    CHECK(proposal->invoice_count >= 1 && proposal->invoice_count <= REQUEST_ITEMS_MAX);
    CHECK(id_is_number(proposal->number) && id_is_number(proposal->actor));
    for (int i = 0; i < proposal->invoice_count; i++) {
        CHECK(id_is_number(proposal->invoices[i]) && str_is_line(proposal->invoices[i]));
    }
}

static void check_word(const Word *word) {
    CHECK(id_is_number(word->number) && id_is_number(word->reminder));
    CHECK(id_is_number(word->actor) && str_is_text(word->reason));
}

/* A letter lists it. */
static void check_key(ItemKey key) {
    CHECK(id_is_number(key.number) && str_is_line(key.number));
    CHECK(key.charge < CHARGE_COUNT && key.instalment >= 0 && key.instalment <= ITEM_ORDINAL_MAX);
}

static void check_posted(const InvoiceNews *news) {
    check_key(news->key);
    CHECK(news->open.minor > 0 && date_is_valid(news->due_on));
    CHECK(news->instalment_count >= 0 && news->instalment_count <= ITEM_INSTALMENTS_MAX);
    for (int32_t i = 0; i < news->instalment_count; i++) {
        CHECK(news->instalments[i].amount.minor > 0 && date_is_valid(news->instalments[i].due_on));
    }
}

static void check_pause(const PauseNews *news) {
    CHECK(id_is_number(news->number) && id_is_number(news->invoice));
    CHECK(date_is_valid(news->starts_on));
}

static void check_input(const DunningInput *input) {
    switch (input->kind) {
    case DUNNING_POSTED:
        check_posted(&input->invoice);
        return;
    case DUNNING_ALLOCATED:
        CHECK(input->invoice.amount.minor > 0 && input->invoice.open.minor >= 0);
        check_key(input->invoice.key);
        return;
    case DUNNING_REDUCED:
    case DUNNING_REOPENED:
    case DUNNING_WRITTEN_OFF:
        CHECK(input->invoice.open.minor >= (input->kind == DUNNING_REOPENED));
        check_key(input->invoice.key);
        return;
    case DUNNING_CANCELLED:
        check_key(input->invoice.key);
        return;
    case DUNNING_DUE_CHANGED:
        check_key(input->invoice.key);
        CHECK(date_is_valid(input->invoice.due_on));
        return;
    case DUNNING_CREDITED:
    case DUNNING_SPENT:
        CHECK(input->invoice.amount.minor > 0);
        return;
    case DUNNING_PAUSED:
        check_pause(&input->pause);
        return;
    case DUNNING_PAUSE_ENDED:
        CHECK(id_is_number(input->pause.number) && date_is_valid(input->pause.ends_on));
        return;
    case DUNNING_REQUEST_NEWS:
        CHECK(id_is_number(input->request.request) && input->request.state == REQUEST_REFUSED);
        return;
    case DUNNING_HELD:
    case DUNNING_HOLD_CLEARED:
        CHECK(str_is_text(input->held.topic) && str_is_text(input->held.sentence));
        return;
    case DUNNING_PROPOSED:
        check_proposal(&input->proposal);
        return;
    case DUNNING_SETTLED:
    case DUNNING_RESEND:
        check_word(&input->word);
        return;
    case DUNNING_NOTHING:
        return;
    case DUNNING_HELD_HERE:
    case DUNNING_CONTACT:
    case DUNNING_CREDIT:
    case DUNNING_OUTCOME:
    case DUNNING_DAY_END:
        break;
    }
    CHECK(!"nothing that the ledger says");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 4 << 20);
    DunningMessage message;
    WireRefusal refusal = {0};
    if (!wire_read_ledger(str_from(data, (ptrdiff_t)size), &arena, &message, &refusal)) {
        CHECK(refusal.code.len > 0 && refusal.sentence.len > 0);
    } else {
        bool about_account = !str_is_empty(message.account.customer);
        CHECK(message.origin.seq > 0);
        CHECK(about_account || message.is_day || message.input.kind == DUNNING_NOTHING);
        CHECK(!about_account || id_is_part(message.account.creditor));
        check_input(&message.input);
    }
    arena_close(&arena);
    return 0;
}
