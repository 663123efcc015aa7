// tf.Example, the message inside TFRecord files of pictures, with the feature names of TensorFlow's
// ImageNet tools (tensorflow/models, build_imagenet_data.py) and one of our own:
//
//   feature              kind    Record         written       read
//   image/encoded        bytes   image          always        must be there
//   image/class/label    int64   label          always        must be there
//   image/class/text     bytes   class_name     where known   may be absent
//   image/filename       bytes   filename       where known   may be absent
//   image/format         bytes   image_format   where known   may be absent
//   image/height         int64   height         where known   may be absent
//   image/width          int64   width          where known   may be absent
//   image/channels       int64   channels       where known   may be absent
//   headrace/jpeg_index  bytes   jpeg_index     where known   may be absent
//
// What may be absent is taken as absent where it makes no sense: another kind, several values, a
// size that is none, a jpeg_index over kMaxSideBlobBytes.
//
// Labels are 0-based here. Those tools number ImageNet's classes from 1 (0 is "background"): such
// files need first_label = 1.
#pragma once

#include <cstdint>

#include "headrace/base/bytes.h"
#include "headrace/base/status.h"
#include "headrace/formats/record_source.h"

namespace headrace {

// Serialises `record` into `bytes`. The same record gives the same bytes everywhere: features are
// in the order of their names. Errors: kInvalidArgument (no image, a negative label),
// kResourceExhausted (over kMaxImageBytes, over kMaxSideBlobBytes).
Status encode_example(ByteBuffer& bytes, const Record& record);

// Sets every field of `record` from a serialised tf.Example; what it does not have becomes empty or
// 0. `bytes` may lie in record.image. `first_label` is the stored label of class 0, not negative.
// Errors: kCorruptData: no tf.Example, or a feature that must be there is not, is of another kind,
// or has not exactly one value (named).
Status decode_example(Record& record, ByteView bytes, int64_t first_label = 0);

}  // namespace headrace
