# The contract as C: generated into the build folder, never kept in git.

# arrears_proto(<target> ROOT <folder>)
# A static library of all .proto files below ROOT: #include "arrears/ledger/v1/ledger.pb-c.h".
# Beside it the descriptor set of the whole contract: build/<preset>/proto/arrears.binpb.
function(arrears_proto target)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "ROOT" "")
    file(GLOB_RECURSE protos RELATIVE ${ARG_ROOT} CONFIGURE_DEPENDS ${ARG_ROOT}/*.proto)
    if(NOT protos)
        add_library(${target} INTERFACE)
        return()
    endif()

    arrears_package(libprotobuf-c)
    find_program(PROTOC_C protoc-c REQUIRED)
    find_program(PROTOC protoc REQUIRED)
    set(out ${PROJECT_BINARY_DIR}/proto)
    file(MAKE_DIRECTORY ${out})
    list(TRANSFORM protos PREPEND ${ARG_ROOT}/ OUTPUT_VARIABLE inputs)
    list(TRANSFORM protos REPLACE "^(.*)\\.proto$" "${out}/\\1.pb-c.c" OUTPUT_VARIABLE sources)
    list(TRANSFORM protos REPLACE "^(.*)\\.proto$" "${out}/\\1.pb-c.h" OUTPUT_VARIABLE headers)

    add_custom_command(
        OUTPUT ${sources} ${headers}
        COMMAND ${PROTOC_C} --proto_path=${ARG_ROOT} --c_out=${out} ${protos}
        DEPENDS ${inputs} VERBATIM COMMENT "protoc-c")
    add_custom_command(
        OUTPUT ${out}/arrears.binpb
        COMMAND ${PROTOC} --proto_path=${ARG_ROOT} --include_imports --include_source_info
            --descriptor_set_out=${out}/arrears.binpb ${protos}
        DEPENDS ${inputs} VERBATIM COMMENT "descriptor set")
    add_custom_target(${target}_descriptors ALL DEPENDS ${out}/arrears.binpb)

    add_library(${target} STATIC ${sources} ${headers})
    target_include_directories(${target} SYSTEM PUBLIC ${out})
    target_link_libraries(${target} PUBLIC PkgConfig::libprotobuf-c)
endfunction()
