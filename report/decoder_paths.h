// Which decoders made the pictures, for a terminal.
#pragma once

#include <string>

#include "headrace/decoders/decode_path.h"

namespace headrace {

// What occurred, with the reasons why it was not our own decoder: "own, indexed 640; own 50;
// libjpeg 10 (7 progressive, 3 colour space); opencv 3". Empty where nothing was decoded.
std::string decoder_paths_text(const DecodePathCounts& counts);

}  // namespace headrace
