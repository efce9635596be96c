# The kinds of tests. All run in the source folder, so that a test names its data by the repository's
# paths; their programs stay out of bin.

option(ARREARS_TIDY "test the style of the sources too; once is enough, so only in preset dev" OFF)

enable_testing()

# arrears_test_program(<target> SOURCES ... DEPENDS ...)
function(arrears_test_program target)
    arrears_program(${target} ${ARGN})
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
endfunction()

# arrears_test(<name> SOURCES ... DEPENDS ... [LABELS ...])
# A cmocka program; the label is "unit" where none is given.
function(arrears_test name)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;DEPENDS;LABELS")
    if(NOT ARG_LABELS)
        set(ARG_LABELS unit)
    endif()
    arrears_package(cmocka)
    arrears_test_program(${name} SOURCES ${ARG_SOURCES} DEPENDS ${ARG_DEPENDS} PkgConfig::cmocka)
    arrears_add_test(${name} "${ARG_LABELS}" COMMAND ${name})
endfunction()

# arrears_add_test(<name> <labels> COMMAND ...): any other command as a test.
function(arrears_add_test name labels)
    add_test(NAME ${name} ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES LABELS "${labels}" TIMEOUT 300)
endfunction()

# arrears_fuzz(<name> SOURCES ... DEPENDS ...)
# Preset fuzz: the libFuzzer program <name>_fuzz; its test runs the kept inputs only. Other presets:
# the same target with a main that replays them.
function(arrears_fuzz name)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;DEPENDS")
    set(inputs tests/fuzz/corpus/${name})
    if(EXISTS ${PROJECT_SOURCE_DIR}/tests/fuzz/regression/${name})
        list(APPEND inputs tests/fuzz/regression/${name})
    endif()
    if(ARREARS_FUZZ)
        arrears_test_program(${name}_fuzz SOURCES ${ARG_SOURCES} DEPENDS ${ARG_DEPENDS})
        target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
        arrears_add_test(${name}_fuzz fuzz COMMAND ${name}_fuzz -runs=0 ${inputs})
    else()
        arrears_test_program(${name}_fuzz DEPENDS ${ARG_DEPENDS}
            SOURCES ${ARG_SOURCES} ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.c)
        arrears_add_test(${name}_fuzz fuzz COMMAND ${name}_fuzz ${inputs})
    endif()
endfunction()
