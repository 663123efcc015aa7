// JPEG: who decodes which picture.
#pragma once

#include <memory>

#include "headrace/decoders/codec.h"

namespace headrace {

// Our own decoder takes the kinds that it reads (baseline/baseline_decoder.h), libjpeg the others;
// DecodeOptions::jpeg_decoder says otherwise. Whatever our own decoder finds wrong, libjpeg judges:
// it gives the error, or the pixels.
//
// Where the pixels come from changes neither them nor whether there is an error. So what must be
// there is said here, for all: an end marker (has_jpeg_end_marker()), and data without damage down
// to the region's last row.
std::unique_ptr<Codec> make_jpeg_codec(const DecodeOptions& options);

}  // namespace headrace
