# The installed tree: what headrace_room() and the programs do not install themselves. It can be
# moved: all in it is found from where it lies.
#
#   bin/                    the programs
#   include/headrace/ROOM/  public headers
#   lib/                    static libraries; headrace/ what the programs load
#   lib/cmake/headrace/     the package; exported targets
#   share/doc/headrace/     licence

include(CMakePackageConfigHelpers)

set(HEADRACE_ROOMS_WITHOUT_TORCH base formats decoders augment pipeline report)
if(HEADRACE_TRAINER)
  get_directory_property(LibtorchCpu_VERSION DIRECTORY trainer DEFINITION LibtorchCpu_VERSION)
endif()
set(package_folder lib/cmake/headrace)

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/headraceConfig.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/headraceConfig.cmake INSTALL_DESTINATION ${package_folder}
  NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
# Before 1.0 a minor version may break what was.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/headraceConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/cmake/headraceConfig.cmake
  ${PROJECT_BINARY_DIR}/cmake/headraceConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindIsal.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindXxhash.cmake
  DESTINATION ${package_folder})
install(EXPORT headraceTargets NAMESPACE headrace:: DESTINATION ${package_folder})
if(HEADRACE_TRAINER)
  install(FILES ${CMAKE_CURRENT_LIST_DIR}/FindLibtorchCpu.cmake DESTINATION ${package_folder})
  install(EXPORT headraceTrainerTargets NAMESPACE headrace:: DESTINATION ${package_folder})
endif()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/headrace)
