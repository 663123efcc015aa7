#include "headrace/tools/loader_flags.h"

#include <CLI/CLI.hpp>

#include <cstdio>

#include "headrace/formats/storage.h"
#include "headrace/tools/choice.h"

namespace headrace {

void add_sample_flags(CLI::App& app, ImageLoaderOptions& options) {
  app.add_option("--size", options.transform.size, "Side of the square samples, in pixels")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  app.add_option("--seed", options.seed, "Decides order and augmentation, together with the epoch")
      ->check(CLI::Range(uint64_t{0}, kGreatestSeed))
      ->capture_default_str();
  add_choice(app, "--transform", options.transform.preset,
             {{"train", Preset::kTrain}, {"eval", Preset::kEval}},
             "train: random crop and flip; eval: resize and centre crop");
  add_shuffle_flags(app, options.shuffle, options.shuffle_block);
  app.add_flag("--exif-orientation", options.decode.apply_exif_orientation,
               "Turn pictures upright as their EXIF data says (torchvision does not)");
  add_choice(
      app, "--decoder", options.decode.jpeg_decoder,
      {{"auto", JpegDecoderChoice::kAuto},
       {"own", JpegDecoderChoice::kOwn},
       {"libjpeg", JpegDecoderChoice::kLibjpeg},
       {"opencv", JpegDecoderChoice::kOpencv}},
      "Who decodes JPEGs; the samples are the same. auto: headrace's own decoder where it can "
      "(baseline), else libjpeg; own: refuse the others");
  add_choice(
      app, "--decode", options.decode.accuracy,
      {{"exact", DecodeAccuracy::kExact}, {"fast", DecodeAccuracy::kFast}},
      "How true a JPEG's pixels are. exact: those of Pillow and torchvision; fast: colour is "
      "repeated instead of interpolated, and where the crop is at least 2, 4 or 8 times the "
      "sample's size, the picture is decoded at 1/2, 1/4 or 1/8 of its size. Worth it for "
      "large photographs, hardly for ImageNet's. Either way every --decoder gives the same");
  app.add_flag(
      "--strict-jpeg", options.decode.strict_jpeg,
      "Take every warning of libjpeg for an error, also those that change no pixel (damage "
      "always is one)");
  add_index_flag(app, options.index);
  add_max_pixels_flag(app, options.decode);
}

void add_shuffle_flags(CLI::App& app, bool& shuffle, int64_t& block) {
  CLI::Option* const none = app.add_flag_callback(
      "--no-shuffle", [&shuffle] { shuffle = false; }, "Keep the data set's own order");
  app.add_option("--shuffle-block", block,
                 "Read in blocks of so many neighbouring records, 16 of them mixed at a time: for "
                 "disks that seek slowly, and remote storage. 0: any record may come anywhere. "
                 "`headrace plan` says how good a shuffle it is")
      ->check(CLI::Range(int64_t{0}, int64_t{1} << 40))
      ->capture_default_str()
      ->excludes(none);
}

void add_tail_flag(CLI::App& app, TailPolicy& tail) {
  add_choice(
      app, "--tail", tail,
      {{"drop", TailPolicy::kDrop}, {"pad", TailPolicy::kPad}, {"uneven", TailPolicy::kUneven}},
      "What becomes of the samples that do not fill a global batch. drop: left out; pad: the "
      "last batches are filled up with others, marked as not valid; uneven: batches are "
      "smaller, and some ranks may have one less");
}

void add_bad_sample_flags(CLI::App& app, BadSampleOptions& options) {
  add_choice(app, "--on-error", options.on_error,
             {{"fail", OnError::kFail}, {"skip", OnError::kSkip}, {"replace", OnError::kReplace}},
             "What becomes of a record that cannot be read or decoded. fail: stop, and name it; "
             "skip: its batch has a sample less; replace: another record takes its place, the same "
             "one every time");
  app.add_option("--max-bad-count", options.max_count,
                 "Stop once an epoch has more bad records (default: no limit)")
      ->check(CLI::Range(int64_t{0}, std::numeric_limits<int64_t>::max()))
      ->type_name("N");
  app.add_option("--max-bad-fraction", options.max_fraction,
                 "Stop once more than this part of an epoch's records is bad")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--quarantine", options.quarantine,
                 "Add a line of JSON for each bad record to this file: record, source, offset, "
                 "category, reason")
      ->type_name("FILE");
}

void add_index_flag(CLI::App& app, IndexUse& index) {
  app.add_flag_callback(
      "--no-index", [&index] { index = IndexUse::kOff; },
      "Decode without an index of the JPEGs' rows, and make none. By default a small file beside "
      "the "
      "data (or in the cache folder) grows while epochs run and makes them faster; `headrace "
      "index` "
      "makes it complete. The samples are the same");
}

void add_max_pixels_flag(CLI::App& app, DecodeOptions& options) {
  app.add_option("--max-pixels", options.max_pixels,
                 "Refuse larger pictures before memory is asked for")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 40))
      ->capture_default_str();
}

void add_json_flag(CLI::App& app, std::string& json) {
  app.add_option("--json", json, "Write the result for machines to this file, or to stdout for -")
      ->type_name("FILE|-");
}

Status write_json(const std::string& text, const std::string& file) {
  if (file.empty()) return Status();
  if (file == "-") {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return Status();
  }
  HEADRACE_ASSIGN_OR_RETURN(const auto writer, local_storage().create(file));
  HEADRACE_RETURN_IF_ERROR(writer->append(as_bytes(text)));
  return writer->commit();
}

}  // namespace headrace
