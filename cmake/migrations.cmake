# The schema files of a room as C, so that a program carries what it needs.

# arrears_migrations(<target> <symbol> ROOMS <name>=<folder> ...)
# Adds a source to the target that defines `const Migrations <symbol>`: the files <folder>/NNNN_*.sql of
# each room, rooms in the order given, files by number.
function(arrears_migrations target symbol)
    cmake_parse_arguments(PARSE_ARGV 2 ARG "" "" "ROOMS")
    set(rows "")
    set(texts "")
    set(count 0)
    foreach(room IN LISTS ARG_ROOMS)
        string(REGEX MATCH "^([^=]+)=(.+)$" _ ${room})
        set(name ${CMAKE_MATCH_1})
        file(GLOB files CONFIGURE_DEPENDS ${CMAKE_MATCH_2}/*.sql)
        list(SORT files)
        foreach(file IN LISTS files)
            set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
            cmake_path(GET file FILENAME base)
            string(REGEX MATCH "^([0-9]+)_" _ ${base})
            string(REGEX REPLACE "^0+" "" number ${CMAKE_MATCH_1})
            file(READ ${file} hex HEX)
            string(REGEX REPLACE "(..)" "0x\\1," bytes ${hex})
            string(APPEND texts "static const char FILE_${count}[] = {${bytes}0};\n")
            string(APPEND rows "    {\"${name}\", ${number}, \"${base}\", FILE_${count}},\n")
            math(EXPR count "${count} + 1")
        endforeach()
    endforeach()
    set(out ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.c)
    file(CONFIGURE OUTPUT ${out} @ONLY CONTENT
"#include \"chassis/migrate.h\"

@texts@
static const Migration ROWS[] = {
@rows@};

extern const Migrations @symbol@;
const Migrations @symbol@ = {ROWS, @count@};
")
    target_sources(${target} PRIVATE ${out})
endfunction()
