#include "headrace/formats/line_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace headrace {

LineLog::LineLog(std::string path, FileDescriptor file)
    : path_(std::move(path)), file_(std::move(file)) {}

Result<LineLog> LineLog::open(const std::string& path) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666));
  if (!file.ok()) return system_error(errno, fmt::format("cannot open {} to add to it", path));
  return LineLog(path, std::move(file));
}

Status LineLog::append(std::string_view line) const {
  std::string text(line);
  text += '\n';
  ssize_t written = 0;
  do written = ::write(file_.get(), text.data(), text.size());
  while (written < 0 && errno == EINTR);
  if (written < 0) return system_error(errno, fmt::format("cannot add to {}", path_));
  if (static_cast<size_t>(written) < text.size()) {
    return resource_exhausted("cannot add to {}: only {} of {} bytes were taken", path_, written,
                              text.size());
  }
  return {};
}

}  // namespace headrace
