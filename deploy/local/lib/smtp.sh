# shellcheck shell=bash
# The SMTP sink: takes every mail, delivers none, keeps each as D/mail/NNNN.eml.

smtp_start() {
    # Debian's own Python: aiosmtpd comes as its package, and another python3 on PATH would not see it.
    process_start smtp /usr/bin/python3 "$HERE/smtp_sink.py" --port "$(port_get smtp)" --dir "$D/mail"
}

smtp_greeting() { # PORT
    local fd line
    exec {fd}<>"/dev/tcp/127.0.0.1/$1" || return 1
    read -r -t 2 line <&"$fd" || return 1
    printf 'QUIT\r\n' >&"$fd"
    exec {fd}>&-
    printf '%s' "$line"
}

smtp_answers() { [[ $( (smtp_greeting "$(port_get smtp)") 2>/dev/null) == 220* ]]; }
