# A text file as C, so that a program carries it.

# arrears_text(<target> <symbol> <file>): adds a source that defines `const char <symbol>[]`, terminated.
function(arrears_text target symbol file)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} hex HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes ${hex})
    set(out ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.c)
    file(CONFIGURE OUTPUT ${out} @ONLY CONTENT
"extern const char @symbol@[];
const char @symbol@[] = {@bytes@0};
")
    target_sources(${target} PRIVATE ${out})
endfunction()
