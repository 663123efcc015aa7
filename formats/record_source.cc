#include "headrace/formats/record_source.h"

#include <fmt/core.h>

namespace headrace {

std::string RecordSource::locate(int64_t index) const {
  const RecordPlace where = place(index);
  return where.offset < 0 ? where.file : fmt::format("{} @ {}", where.file, where.offset);
}

}  // namespace headrace
