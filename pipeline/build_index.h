// The engine offline: the complete side index of a data set, so that the first epoch is as fast as
// the later ones.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "headrace/base/status.h"
#include "headrace/decoders/decode_options.h"
#include "headrace/formats/record_source.h"
#include "headrace/pipeline/index_maker.h"

namespace headrace {

struct BuildIndexOptions {
  // Behaviour.
  int every = 0;           // as IndexMaker has it
  DecodeOptions decode{};  // caps

  // Performance.
  int threads = 0;  // 0: every core this process may use

  std::stop_token stop{};
  // Called with the number of records done since its last call, from many threads at once.
  std::function<void(int64_t records)> on_progress{};
};

struct BuildIndexResult {
  static constexpr size_t kProblemsKept = 100;

  std::string path;  // of the index; empty where none was needed
  int threads = 0;
  int64_t records = 0;     // of the data set
  int64_t looked_at = 0;   // all of them, unless it was stopped
  IndexCounts indexes;     // of the pictures that carry none
  int64_t in_records = 0;  // pictures that carry their own, for which nothing was to be done
  int64_t damaged = 0;     // records that cannot be read, or decoded
  std::vector<std::string> problems;  // of these, the first kProblemsKept in the data set's order
  bool stopped = false;               // `stop` was requested before all was done
};

// Makes the side index of `source` complete: what is missing, partial, stale or not as `every`
// wants it is made anew; what is complete is only checked. Nothing is lost by a stop, an error or a
// kill but the last MiB: done again, it goes on where it ended. Other processes may read and grow
// the same index meanwhile.
//
// Records of payload "indexed" carry their own: nothing is read, no file is made.
//
// A record that is damaged is counted and named, and does not end the work. Damage is looked for
// only where rows of our own decoder's kind are walked over for the first time; others are read and
// their headers checked. Errors: what open_side_index() gives, SideIndex::adding() (a full disk):
// what was done before is kept; kInvalidArgument (options).
Result<BuildIndexResult> build_index(const RecordSource& source, const BuildIndexOptions& options);

}  // namespace headrace
