#include "dunning/settings.h"

#include "base/attr.h"

const Setting DUNNING_SETTINGS[] = {
    SETTING_TEXT(DunningSettings, smtp_url, "ARREARS_SMTP_URL", NULL, 1, 1024,
                 "Mail server that takes the reminders: smtp://host:port, or smtps://host:port."),
    SETTING_TEXT(DunningSettings, smtp_user, "ARREARS_SMTP_USER", "", 0, 256,
                 "Name to log in with; empty: no login."),
    SETTING_SECRET(DunningSettings, smtp_password, "ARREARS_SMTP_PASSWORD", "", 0, 1024,
                   "Password to log in with."),
    SETTING_TEXT(DunningSettings, smtp_tls, "ARREARS_SMTP_TLS", "require", 1, 16,
                 "STARTTLS on smtp://: require, try or none."),
    SETTING_TEXT(DunningSettings, smtp_ca_file, "ARREARS_SMTP_CA_FILE", "", 0, 1024,
                 "File of the certificates to trust; empty: the system's."),
    SETTING_NUMBER(DunningSettings, smtp_timeout_ms, "ARREARS_SMTP_TIMEOUT_MS", "60000", 1000,
                   120000, "How long the mail server may take for one mail."),
    SETTING_NUMBER(DunningSettings, answer_rows, "ARREARS_DUNNING_ANSWER_ROWS", "500", 1, 10000,
                   "Rows of one kind (reminders, customers) that an answer over HTTP holds at "
                   "most."),
};
const ptrdiff_t DUNNING_SETTINGS_COUNT = COUNT_OF(DUNNING_SETTINGS);
