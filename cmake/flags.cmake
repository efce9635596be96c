# How everything is compiled, generated code included. What only our own code must obey (warnings,
# banned calls) is the target arrears_rules.

include(CheckCCompilerFlag)
include(CheckPIESupported)

set(ARREARS_SANITIZE "" CACHE STRING "sanitizers, comma separated; empty for none")
option(ARREARS_HARDEN "compile and link with the hardening flags" OFF)
option(ARREARS_CHAOS "compile the named points where a test may kill or stop the process, and the safeguards it may leave out" OFF)
option(ARREARS_FUZZ "build fuzz targets as libFuzzer programs (clang)" OFF)

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
add_compile_definitions(_POSIX_C_SOURCE=200809L)

# -O1 in Debug: warnings that follow values (uninitialized, truncated) need it, and the sanitizers
# are slow without. NDEBUG is not set in Release: there is no assert, and CHECK is never off.
set(CMAKE_C_FLAGS_DEBUG "-O1 -g -fno-omit-frame-pointer")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g")

# CHECK prints __FILE__: a path of the repository, not of the machine it was built on.
add_compile_options(-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)

check_pie_supported(LANGUAGES C)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)

if(ARREARS_SANITIZE)
    add_compile_options(-fsanitize=${ARREARS_SANITIZE} -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${ARREARS_SANITIZE})
endif()

if(ARREARS_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
    add_link_options(-fsanitize=fuzzer-no-link)
endif()

if(ARREARS_HARDEN)
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong)
    foreach(flag -fstack-clash-protection -fcf-protection) # not on every processor
        string(MAKE_C_IDENTIFIER "has${flag}" has_flag)
        check_c_compiler_flag(${flag} ${has_flag})
        if(${has_flag})
            add_compile_options(${flag})
        endif()
    endforeach()
    add_link_options(LINKER:-z,relro,-z,now)
endif()

if(ARREARS_CHAOS)
    add_compile_definitions(ARREARS_CHAOS)
endif()

add_compile_definitions(ARREARS_VERSION="${PROJECT_VERSION}")

add_library(arrears_rules INTERFACE)
target_compile_options(arrears_rules INTERFACE
    -Wall -Wextra -Werror
    -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
    -Wswitch-enum -Wvla -Wformat=2 -Wundef
    $<$<C_COMPILER_ID:Clang>:-Wno-string-conversion> # CHECK(!"text") marks what cannot be reached
    "SHELL:-include ${PROJECT_SOURCE_DIR}/lib/base/banned.h")
