"""The rules of the house as rows. tidy.py reads them; selftest/planted.py breaks each of them once."""

# ---- who may include whom: the first row that matches the file decides.
# file, what it may include in "..."; both regular expressions. {service} and {room} are groups of the match.
SERVICE = r"services/(?P<service>\w+)/"
BASE, CONTRACT, POLICY, CHASSIS = r"base/", r"contract/", r"policy/", r"chassis/"
STRUCTS = r"contract/(?!wire\.h)"  # wire.h brings protobuf-c
GENERATED = r"arrears/.*\.pb-c\.h"
BELOW = [BASE, CONTRACT, POLICY]
INCLUDES = [
    (r"lib/base/", [BASE]),
    (r"lib/contract/", [BASE, CONTRACT, GENERATED]),
    (r"lib/policy/", [BASE, POLICY]),
    (r"lib/chassis/", [BASE, CHASSIS, r"contract/(base64|envelope|policy_record|seal|topics)\.h"]),
    (SERVICE + r"core/", [BASE, STRUCTS, POLICY, r"{service}/core/"]),
    (SERVICE + r"main\.c", [*BELOW, CHASSIS, r"{service}/"]),
    (SERVICE + r"handler", [BASE, STRUCTS, POLICY, CHASSIS, r"{service}/(?!main)"]),
    (SERVICE + r"(?P<room>wire)", [*BELOW, GENERATED, r"{service}/core/", r"{service}/{room}[._/]"]),
    (SERVICE + r"settings\.", [BASE, r"chassis/settings\.h", r"{service}/settings\.h"]),
    # store, query and the doors: the core's structs, the chassis, and their own room
    (
        SERVICE + r"(?P<room>[a-z]+)",
        [*BELOW, CHASSIS, r"{service}/core/", r"{service}/settings\.h", r"{service}/{room}[._/]"],
    ),
    # people's tool: topics and HTTP, never a database
    (r"cli/", [*BELOW, GENERATED, r"chassis/(?!pg|redis|task)", r"cli/"]),
    (r"tests/", [r""]),
]

# ---- third-party headers: header, where it may stand, why there
ANY_TEST = r"tests/"
WIRE_SIDE = r"lib/contract/|services/\w+/(wire|query)|cli/"
DOOR = r"services/\w+/(?!core|main|handler|wire|store|query|settings)"
LIBRARIES = [
    (r"librdkafka/", r"lib/chassis/kafka(\w*\.c|_\w+\.h)$", "the broker client is behind chassis/kafka.h"),
    (r"csv\.h", r"cli/table\.c$", "tables are behind cli/table.h"),
    (r"libpq-fe\.h", r"lib/chassis/pg(\w*\.c|_\w+\.h)$", "PostgreSQL is behind chassis/pg.h"),
    (r"hiredis/", r"lib/chassis/redis(\w*\.c|_\w+\.h)$", "Redis is behind chassis/redis.h"),
    (r"microhttpd\.h", r"lib/chassis/http(\w*\.c|_\w+\.h)$", "HTTP is behind chassis/http.h"),
    (r"nettle/", r"lib/contract/hash\.c$", "hashes are behind contract/hash.h"),
    (r"sodium\.h", r"lib/contract/\w+\.c$|lib/chassis/\w*seal\w*\.c$", "signatures are behind contract/seal.h"),
    (r"jansson\.h", WIRE_SIDE + r"|lib/chassis/answer\.[ch]$", "JSON is made where answers and messages are made"),
    (r"protobuf-c/", WIRE_SIDE, "protobuf structs end in the wire rooms"),
    (r"cyaml/", r"lib/policy/", "YAML is read by the policy room"),
    (r"curl/", DOOR + r"|cli/", "the outside world is behind a door"),
    (r"unicode/", DOOR + r"|cli/", "locales matter where a text for a person is made"),
    (r"cmocka\.h", r"tests/", "tests only"),
    (r"sanitizer/", r"lib/base/arena\.c$", "only the arena talks to AddressSanitizer"),
]

# ---- headers that are nobody's library: C17 and POSIX 2008
STANDARD = """
    assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg
    stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype
    arpa/inet dirent dlfcn fcntl fnmatch ftw getopt glob grp iconv langinfo libgen net/if netdb netinet/in netinet/tcp
    poll pthread pwd regex sched semaphore spawn strings sys/file sys/ioctl sys/mman sys/resource sys/select
    sys/socket sys/stat sys/statvfs sys/time sys/times sys/types sys/uio sys/un sys/utsname sys/wait
    syslog termios unistd utime wordexp
""".split()
CORES = r"services/\w+/core/"
# What a core may take from it: values and text, no I/O, no clock, no memory.
CORE_STANDARD = "inttypes limits math stdalign stdarg stdbool stddef stdint stdlib string".split()  # stdlib: qsort

# ---- calls that have a better way: name, where it may stand all the same, what to use instead
NOWHERE = r"(?!)"
CALLS = [
    (r"strcpy|strcat|sprintf|vsprintf|gets", NOWHERE, "str_format"),
    (r"strtok|strtok_r|atoi|atol|atoll", NOWHERE, "str_cut, str_parse_i64"),
    (r"gmtime|localtime|localtime_r|mktime", NOWHERE, "base/date.h"),
    (r"rand|srand|random", NOWHERE, "a seeded generator of the test"),
    (r"sleep|usleep|nanosleep", NOWHERE, "wait for a condition with a deadline"),
    (r"assert", NOWHERE, "CHECK, which is never off"),
    (r"system|popen", NOWHERE, "the library, or posix_spawn with an argument list"),
    (r"alloca", NOWHERE, "an arena"),
    (r"malloc|calloc|realloc|strdup|strndup", r"lib/base/arena\.c|lib/chassis/|cli/send\.c|tests/", "an arena"),
    (r"time|clock_gettime|gettimeofday", r"lib/chassis/|cli/|tests/", "\"now\" is an argument"),
    (r"setlocale", NOWHERE, "numbers and dates are printed by lib/base"),
    (r"abort", r"lib/base/check\.c|tests/", "CHECK"),
    (r"exit|_exit", r"lib/chassis/|services/\w+/main\.c|cli/|tests/", "return an Err"),
]

# ---- words in the code (no comments, no strings): pattern, files it is refused in, why
AMOUNTS = r"lib/base/|lib/contract/|services/(ledger|dunning|approvals)/core/"
WORDS = [
    (r"\b(float|double)\b", AMOUNTS, "an amount is never a floating-point number"),
    (r"#\s*pragma\s+GCC\s+diagnostic\s+ignored", r"lib/|services/|cli/", "a warning is repaired, not silenced"),
]

# ---- SQL lives in few rooms
SQL = r"\"\s*(SELECT|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE|WITH\s+\w+\s+AS)\b"
SQL_ROOMS = r"services/\w+/(store|query)|lib/chassis/(dispatcher|migrate|pg|task)|tests/"

# ---- file names that say nothing
NO_NAMES = r"(^|/)(utils?|common|misc|helpers?|stuff)(\.[ch]|/)"

# ---- texts that only make sense on one machine: pattern, why
MACHINE = [
    (r"(?<![\w.])/(home|Users|work)/\w", "a folder of one machine"),
    (r"(?<![\w.])/root/\w", "a folder of one user"),
    (r"https?://(10|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d[\d.]*[:/]", "an address of one network"),
]

LIMITS = {"function_lines": 70, "columns": 100}

# ---- what counts as a path in a text for people
TOP_FOLDERS = "proto policies lib services cli deploy examples tests docs cmake".split()
FILE_ENDINGS = "c h md py sh cmake proto yaml yml json sql txt scn csv toml service".split()
