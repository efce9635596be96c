# The kinds of targets. A room's CMakeLists.txt is a list of these and nothing else.

find_package(PkgConfig REQUIRED)

# Adds each room that exists; a room under construction may have no CMakeLists.txt yet.
function(arrears_rooms)
    foreach(room IN LISTS ARGN)
        if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${room}/CMakeLists.txt)
            add_subdirectory(${room})
        endif()
    endforeach()
endfunction()

# arrears_package(rdkafka): finds a library by its pkg-config name; link PkgConfig::rdkafka.
function(arrears_package name)
    if(NOT TARGET PkgConfig::${name})
        pkg_check_modules(${name} REQUIRED GLOBAL IMPORTED_TARGET ${name})
    endif()
endfunction()

# Where #include "room/file.h" starts from, for a file of this folder: lib and services name their
# rooms without the first folder, everything else with it.
function(arrears_include_root result)
    cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${PROJECT_SOURCE_DIR}
        OUTPUT_VARIABLE room)
    if(room MATCHES "^(lib|services)/")
        set(${result} ${PROJECT_SOURCE_DIR}/${CMAKE_MATCH_1} PARENT_SCOPE)
    else()
        set(${result} ${PROJECT_SOURCE_DIR} PARENT_SCOPE)
    endif()
endfunction()

# arrears_library(<target> SOURCES ... HEADERS ... DEPENDS ...)
# HEADERS are the public ones; the build checks that each compiles alone.
function(arrears_library target)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;HEADERS;DEPENDS")
    arrears_include_root(root)
    add_library(${target} STATIC ${ARG_SOURCES})
    target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${root} FILES ${ARG_HEADERS})
    target_include_directories(${target} PUBLIC ${root})
    target_link_libraries(${target} PUBLIC ${ARG_DEPENDS} PRIVATE arrears_rules)
endfunction()

# arrears_program(<target> SOURCES ... DEPENDS ...): a program that is shipped, in build/<preset>/bin.
function(arrears_program target)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;DEPENDS")
    arrears_include_root(root)
    add_executable(${target} ${ARG_SOURCES})
    target_include_directories(${target} PRIVATE ${root})
    target_link_libraries(${target} PRIVATE ${ARG_DEPENDS} arrears_rules)
endfunction()
