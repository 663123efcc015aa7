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

# headrace_room(NAME SOURCES files... [LINKS rooms and libraries that its headers show...]
#               [PRIVATE_LINKS libraries that stay inside...])
# makes the library headrace::NAME of the folder this is called in.
function(headrace_room name)
  cmake_parse_arguments(room "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(headrace_${name} STATIC ${room_SOURCES})
  add_library(headrace::${name} ALIAS headrace_${name})
  target_include_directories(headrace_${name} PUBLIC ${PROJECT_BINARY_DIR}/include)
  target_link_libraries(headrace_${name} PUBLIC ${room_LINKS} PRIVATE ${room_PRIVATE_LINKS} headrace_flags)
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
