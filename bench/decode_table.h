// What `bench_decode` found, for people and for programs.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "decode_variants.h"
#include "headrace/report/environment.h"
#include "interleaved.h"
#include "pictures.h"

namespace headrace {

struct DecodeSetResult {
  const PictureSet* set = nullptr;
  bool has_goals = false;  // whether these are pictures of the kind that the goals are about
  std::array<DecodePathCounts, kVariantCount> paths;
  Timings timings;
};

struct DecodeResult {
  Environment environment;
  std::string data;  // and where the name of it came from
  std::string instructions;
  int core = -1;            // it was pinned to; less than 0: to none
  double load_average = 0;  // of the minute before
  std::vector<DecodeSetResult> sets;
};

// Tables with all that a reader needs to repeat them. Ends in '\n'.
std::string decode_text(const DecodeResult& result);

std::string decode_json(const DecodeResult& result);

}  // namespace headrace
