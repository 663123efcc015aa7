# What every room's CMakeLists.txt says the same way.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)

# Headers are included as installed: <headrace/room/file.h>, through a link to the source tree.
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/include)
file(CREATE_LINK ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/include/headrace SYMBOLIC)

# One place for warnings and sanitizers.
add_library(headrace_flags INTERFACE)
target_compile_options(headrace_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  $<$<BOOL:${HEADRACE_WERROR}>:-Werror>)
if(HEADRACE_SANITIZE)
  target_compile_options(headrace_flags INTERFACE -fsanitize=${HEADRACE_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(headrace_flags INTERFACE -fsanitize=${HEADRACE_SANITIZE})
endif()

# headrace_room(NAME SOURCES files... [PUBLIC_HEADERS headers that are installed...]
#               [LINKS rooms and libraries that its headers show...]
#               [PRIVATE_LINKS libraries that stay inside...] [EXPORT set])
# makes the library headrace::NAME of the folder this is called in. With PUBLIC_HEADERS it is
# installed, as a target of the export set (headraceTargets, unless told). A public header includes
# public ones only: tests/install has a look.
function(headrace_room name)
  cmake_parse_arguments(room "" "EXPORT" "SOURCES;PUBLIC_HEADERS;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(headrace_${name} STATIC ${room_SOURCES})
  add_library(headrace::${name} ALIAS headrace_${name})
  set_target_properties(headrace_${name} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(headrace_${name} PUBLIC cxx_std_20)
  target_include_directories(headrace_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include> $<INSTALL_INTERFACE:include>)
  target_link_libraries(headrace_${name} PUBLIC ${room_LINKS}
    PRIVATE ${room_PRIVATE_LINKS} $<BUILD_INTERFACE:headrace_flags>)
  if(room_PUBLIC_HEADERS)
    if(NOT room_EXPORT)
      set(room_EXPORT headraceTargets)
    endif()
    install(TARGETS headrace_${name} EXPORT ${room_EXPORT} ARCHIVE DESTINATION lib)
    install(FILES ${room_PUBLIC_HEADERS} DESTINATION include/headrace/${name})
  endif()
endfunction()

# headrace_program(NAME SOURCES files... LINKS libraries... [RUN_PATH folder]) makes and installs a
# program. Installed, it may be moved: what it loads is found from where it lies, and in RUN_PATH.
function(headrace_program name)
  cmake_parse_arguments(program "" "RUN_PATH" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${program_SOURCES})
  target_link_libraries(${name} PRIVATE ${program_LINKS} headrace_flags)
  set(installed_run_path "$ORIGIN/../lib" ${program_RUN_PATH})
  set_target_properties(${name} PROPERTIES BUILD_RPATH ${PROJECT_BINARY_DIR}/lib
    INSTALL_RPATH "${installed_run_path}")
  install(TARGETS ${name} RUNTIME DESTINATION bin)
endfunction()

# headrace_test(NAME SOURCES files... LINKS libraries...) makes the program tests/NAME and one ctest
# entry per test case in it.
function(headrace_test name)
  cmake_parse_arguments(test "" "TIMEOUT" "SOURCES;LINKS" ${ARGN})
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 120)
  endif()
  add_executable(test_${name} ${test_SOURCES})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)  # for support/
  target_link_libraries(test_${name} PRIVATE ${test_LINKS} GTest::gmock GTest::gtest_main headrace_flags)
  target_compile_definitions(test_${name} PRIVATE
    HEADRACE_TEST_DATA="${PROJECT_BINARY_DIR}/tests/data"
    HEADRACE_GOLDEN="${PROJECT_SOURCE_DIR}/tests/golden")
  set_target_properties(test_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests
    BUILD_RPATH ${PROJECT_BINARY_DIR}/lib)
  gtest_discover_tests(test_${name} TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST
    PROPERTIES TIMEOUT ${test_TIMEOUT})
endfunction()
